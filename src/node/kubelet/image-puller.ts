import type { Image, PullProgress } from '../../api/engine.ts';
import type { Container, Pod } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import { parseReference } from '../engine/reference.ts';
import type { KubeletDeps } from './config.ts';
import { CrashBackoff, goDuration } from './crash-backoff.ts';
import { containerReference } from './pod-ref.ts';
import { StartError } from './start-error.ts';

/** How long ErrImagePull is told before ImagePullBackOff takes its place. */
const settleMs = 2000;

/** What is wrong with an image's name. After distribution/reference: ParseNormalizedNamed */
export function referenceError(ref: string): string | undefined {
	try {
		parseReference(ref);
		return undefined;
	} catch (error) {
		const { message } = error as Error;
		if (!message.endsWith('must be lowercase')) return message;
		const [first = '', ...rest] = ref.split('/');
		const isDomain =
			rest.length > 0 &&
			(/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
		const path = (isDomain ? rest : ref.includes('/') ? [ref] : ['library', ref]).join('/');
		return message.replace('repository name', `repository name (${path.split(':')[0]})`);
	}
}

/** Upstream's default: a tag other than `latest` is pulled once. */
function policyOf(container: Container): 'Always' | 'IfNotPresent' | 'Never' {
	if (container.imagePullPolicy) return container.imagePullPolicy;
	const image = container.image ?? '';
	const tag = /:([\w.-]+)$/.exec(image)?.[1];
	return image.includes('@') || (tag !== undefined && tag !== 'latest') ? 'IfNotPresent' : 'Always';
}

/** Brings a container's image to the node, as its pull policy asks. After pkg/kubelet/images/image_manager.go */
export class ImagePuller {
	readonly #deps: KubeletDeps;
	readonly #events: EventRecorder;
	readonly #backoff: CrashBackoff;
	readonly #errors = new Map<string, string>();

	constructor(deps: KubeletDeps, events: EventRecorder) {
		this.#deps = deps;
		this.#events = events;
		const { backoffBaseMs, backoffMaxMs } = deps.options;
		this.#backoff = new CrashBackoff(deps.clock, backoffBaseMs, backoffMaxMs);
	}
	/** Throws a {@link StartError} when the image is not here in the end. */
	async ensure(pod: Pod, container: Container, signal: AbortSignal): Promise<Image> {
		const ref = container.image ?? '';
		this.#checkName(pod, container, ref);
		const present = this.#deps.engine.image(ref);
		const policy = policyOf(container);
		if (present && policy !== 'Always') {
			this.#event(
				pod,
				container,
				'Normal',
				'Pulled',
				`Container image "${ref}" already present on machine`,
			);
			return present;
		}
		if (policy === 'Never') {
			const message = `Container image "${ref}" is not present with pull policy of Never`;
			this.#event(pod, container, 'Warning', 'ErrImageNeverPull', message);
			throw new StartError('ErrImageNeverPull', message);
		}
		return this.#pull(pod, container, ref, signal);
	}
	forget(uid: string): void {
		this.#backoff.forget(uid);
		for (const key of this.#errors.keys()) if (key.startsWith(uid)) this.#errors.delete(key);
	}
	#checkName(pod: Pod, container: Container, ref: string): void {
		const wrong = referenceError(ref);
		if (wrong === undefined) return;
		const message = `Failed to apply default image tag "${ref}": couldn't parse image name "${ref}": ${wrong}`;
		this.#event(pod, container, 'Warning', 'InspectFailed', message);
		throw new StartError('InvalidImageName', message);
	}
	async #pull(pod: Pod, container: Container, ref: string, signal: AbortSignal): Promise<Image> {
		const { clock, engine } = this.#deps;
		const key = `${pod.metadata.uid}_${ref}`;
		const wait = this.#backoff.remaining(key, this.#backoff.lastUpdate(key));
		if (wait > 0) {
			const message = `Back-off pulling image "${ref}"`;
			this.#event(pod, container, 'Normal', 'BackOff', message);
			const cause = this.#errors.get(key);
			throw new StartError(
				'ImagePullBackOff',
				cause ? `${message}: ErrImagePull: ${cause}` : message,
				wait,
			);
		}
		this.#event(pod, container, 'Normal', 'Pulling', `Pulling image "${ref}"`);
		const begun = clock.now();
		try {
			let note = '';
			const listen = (progress: PullProgress) => {
				if ('note' in progress && progress.note) note = ` ${progress.note}.`;
			};
			const image = await engine.pullImage(ref, listen, signal);
			this.#backoff.forget(key);
			this.#pulled(pod, container, ref, image, { took: clock.now() - begun, note });
			return image;
		} catch (error) {
			if (signal.aborted) throw error;
			throw this.#failed(pod, container, ref, key, error as Error);
		}
	}
	#pulled(
		pod: Pod,
		container: Container,
		ref: string,
		image: Image,
		{ took, note }: { took: number; note: string },
	): void {
		const time = goDuration(took);
		const message =
			`Successfully pulled image "${ref}" in ${time} (${time} including waiting). ` +
			`Image size: ${image.size} bytes.${note}`;
		this.#event(pod, container, 'Normal', 'Pulled', message);
	}
	#failed(pod: Pod, container: Container, ref: string, key: string, error: Error): StartError {
		this.#backoff.next(key, this.#deps.clock.now());
		this.#errors.set(key, error.message);
		this.#event(
			pod,
			container,
			'Warning',
			'Failed',
			`Failed to pull image "${ref}": ${error.message}`,
		);
		return new StartError('ErrImagePull', error.message, settleMs);
	}
	#event(
		pod: Pod,
		container: Container,
		type: 'Normal' | 'Warning',
		reason: string,
		message: string,
	): void {
		this.#events.event(containerReference(pod, container.name), type, reason, message);
	}
}
