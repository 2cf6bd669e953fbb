// Monaco asks for its workers through this global. They are plain files of our
// own origin, so no blob: or data: worker is ever created.
const FILES = { json: 'json.worker.js', graphql: 'graphql.worker.js' };

globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const file = FILES[label] ?? 'editor.worker.js';
    return new Worker(`/graphiql/assets/${file}`, { name: label });
  },
};
