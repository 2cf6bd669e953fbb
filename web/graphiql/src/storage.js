// What GraphiQL may remember between visits.
//
// By default GraphiQL writes the editors, the tabs and the query history to
// localStorage, and the history contains the request headers even when
// "persist headers" is off. Here this text holds secrets: the bearer token in
// the headers, and the password in a signIn mutation. So everything stays in
// the memory of the page, except how the page looks.
const KEPT = new Set([
  'graphiql:theme',
  'graphiql:visiblePlugin',
  'graphiql:docExplorerFlex',
  'graphiql:editorFlex',
  'graphiql:secondaryEditorFlex',
]);

export function createStorage() {
  const memory = new Map();

  // localStorage throws where the browser has site data switched off.
  const attempt = action => {
    try {
      return action(window.localStorage);
    } catch {
      return null;
    }
  };

  // What an earlier GraphiQL on this origin may have left behind.
  attempt(local => {
    for (const key of Object.keys(local)) {
      if (key.startsWith('graphiql:') && !KEPT.has(key)) {
        local.removeItem(key);
      }
    }
  });

  for (const key of KEPT) {
    const value = attempt(local => local.getItem(key));
    if (value !== null) {
      memory.set(key, value);
    }
  }

  return {
    get length() {
      return memory.size;
    },
    getItem: key => memory.get(key) ?? null,
    setItem(key, value) {
      memory.set(key, value);
      if (KEPT.has(key)) {
        attempt(local => local.setItem(key, value));
      }
    },
    removeItem(key) {
      memory.delete(key);
      if (KEPT.has(key)) {
        attempt(local => local.removeItem(key));
      }
    },
    clear() {
      memory.clear();
      for (const key of KEPT) {
        attempt(local => local.removeItem(key));
      }
    },
  };
}
