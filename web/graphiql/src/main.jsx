import './workers.js';

import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { fetcher } from './fetcher.js';
import { createStorage } from './storage.js';
// After GraphiQL, so that it comes after the styles of Monaco.
import './styles.css';

const DEFAULT_QUERY = `# Welcome to Claimspan.
#
# 1. Sign in with the "signIn" mutation, which
#    answers with a token. The Docs (top left)
#    list its arguments.
# 2. Put this into the Headers tab below:
#    {"Authorization": "Bearer <token>"}
# 3. Run this query with Ctrl-Enter.
#
# No schema before signing in? Re-fetch it with
# the button at the bottom left. This page
# forgets what you typed when you reload it.

query {
  viewer {
    displayName
    memberships {
      role
      newsroom {
        slug
        name
      }
    }
  }
}
`;

const storage = createStorage();

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultQuery={DEFAULT_QUERY}
    defaultEditorToolsVisibility="headers"
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>
      <span className="claimspan-logo">Claimspan</span>
    </GraphiQL.Logo>
  </GraphiQL>,
);
