// What no test should pin: words that people read. Whether a text is clear is for readers to judge; a test that
// repeats it proves nothing.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const WORDS = new Set([
	'action',
	'activationHint',
	'activationMessage',
	'active',
	'description',
	'displayName',
	'eventTriggerDescription',
	'header',
	'hint',
	'inactive',
	'placeholder',
	'remedy',
	'subtitle',
	'what',
]);

const isText = (path) => path.isStringLiteral() || path.isTemplateLiteral();

export const strykerPlugins = [
	declareValuePlugin(PluginKind.Ignore, 'words', {
		shouldIgnore(path) {
			if (!isText(path)) return undefined;
			const member = path.findParent((parent) => !parent.isBinaryExpression());
			const isWords = member?.isObjectProperty() && WORDS.has(member.node.key.name);
			return isWords ? 'Words that people read' : undefined;
		},
	}),
];
