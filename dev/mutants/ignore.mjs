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

/** What makes fields of a form, and from which argument on it is given labels, examples and explanations. */
const FIELD_MAKERS = {
	idField: 1,
	requiredText: 1,
	returnAddress: 0,
	rowsField: 1,
	rupees: 1,
	textField: 1,
};

const isText = (path) => path.isStringLiteral() || path.isTemplateLiteral();

const isWord = (member) => member?.isObjectProperty() && WORDS.has(member.node.key.name);

const isOfField = ({ parentPath: call, key }) =>
	call?.isCallExpression() && key >= FIELD_MAKERS[call.node.callee.name];

/** An object of nothing but texts such as { placeholder: 'e.g. …' }. */
const holdsWordsOnly = (path) =>
	path.isObjectExpression() &&
	path.node.properties.length > 0 &&
	path.get('properties').every((member) => isWord(member) && isText(member.get('value')));

export const strykerPlugins = [
	declareValuePlugin(PluginKind.Ignore, 'words', {
		shouldIgnore(path) {
			const isWords = isText(path)
				? isWord(path.findParent((parent) => !parent.isBinaryExpression())) || isOfField(path)
				: holdsWordsOnly(path);
			return isWords ? 'Words that people read' : undefined;
		},
	}),
];
