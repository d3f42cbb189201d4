module.exports = {
	...require('./dist/credentials/JodoApi.credentials.js'),
	...require('./dist/nodes/Jodo/Jodo.node.js'),
	...require('./dist/nodes/JodoTrigger/JodoTrigger.node.js'),
	...require('./dist/nodes/events/events.js'),
	...require('./dist/nodes/JodoTrigger/signature.js'),
};
