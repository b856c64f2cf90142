/**
 * `no-floating-promises` and `no-misused-promises` do not look into a component's markup. There a handler's promise is
 * dropped by Svelte, and by every component that is given one: so a handler answers none.
 */

/** True for a type with a `then`, also where it is one of several. */
function isThenable(type) {
	return type.isUnion() ? type.types.some(isThenable) : type.getProperty('then') !== undefined;
}

/** `onclick` of an element, `onclose` of a component. */
const isHandler = ({ key }) => key?.type === 'SvelteName' && /^on[a-z]/.test(key.name);

export default {
	meta: {
		type: 'problem',
		schema: [],
		messages: {
			dropped: 'Nobody handles the promise of this handler: give it to `asked`, or catch it.',
		},
	},
	create(context) {
		const { esTreeNodeToTSNodeMap, program } = context.sourceCode.parserServices;
		if (!program) return {};
		const checker = program.getTypeChecker();
		function look(expression) {
			const type = checker.getTypeAtLocation(esTreeNodeToTSNodeMap.get(expression));
			const answers = (type.isUnion() ? type.types : [type])
				.flatMap((one) => one.getCallSignatures())
				.map((signature) => signature.getReturnType());
			if (answers.some(isThenable)) context.report({ node: expression, messageId: 'dropped' });
		}
		return {
			SvelteAttribute(node) {
				if (!isHandler(node)) return;
				for (const value of node.value)
					if (value.type === 'SvelteMustacheTag') look(value.expression);
			},
			SvelteShorthandAttribute(node) {
				if (isHandler(node)) look(node.value);
			},
		};
	},
};
