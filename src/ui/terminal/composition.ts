/**
 * Text that a keyboard does not type key by key: words that an input method composes, what it commits at once, dictation,
 * emoji. xterm guesses from its text field what of it is new, and loses or doubles what comes close together; the events
 * themselves say it. The field is left empty, so that xterm finds nothing there.
 */
export class Composition {
	/** The key that is down, if one is, comes as text. */
	#asText = true;
	#composing = false;

	/** `isRead`: a screen reader reads what is typed in the field; then keys that xterm has sent may stay there. */
	constructor(parent: HTMLElement, send: (text: string) => void, isRead: () => boolean) {
		const listen = <Name extends keyof HTMLElementEventMap>(
			name: Name,
			on: (event: HTMLElementEventMap[Name]) => void,
		) => parent.addEventListener(name, on, true);
		listen('keydown', (event) => {
			this.#asText = this.#composing || event.isComposing || event.keyCode === 229;
			// xterm remembers where in the field a composition began, and cuts there what it takes for its end.
			if (this.#asText && !this.#composing) empty(event);
		});
		listen('keyup', () => (this.#asText = true));
		listen('compositionstart', () => (this.#composing = true));
		listen('compositionend', (event) => {
			this.#composing = false;
			empty(event);
			if (event.data) send(event.data);
		});
		listen('input', (event) => {
			if (this.#composing || (!this.#asText && isRead())) return;
			const { inputType, data } = event;
			empty(event);
			if (!this.#asText) return;
			event.stopPropagation();
			// Firefox tells of a composition's text once more when it has ended: that is of another type.
			if (inputType === 'insertText' && data) send(data);
			else if (inputType === 'insertLineBreak') send('\r');
		});
	}
	/** True while what keys say comes as text. */
	get takesKeys(): boolean {
		return this.#asText;
	}
}

function empty({ target }: Event): void {
	if (target instanceof HTMLTextAreaElement) target.value = '';
}
