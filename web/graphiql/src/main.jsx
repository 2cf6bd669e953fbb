import './workers.js';

import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { fetcher } from './fetcher.js';
import { createStorage } from './storage.js';
// After GraphiQL, so that it comes after the styles of Monaco.
import './styles.css';

const DEFAULT_QUERY = `# Welcome to Claimspan.
#
# Are you signed in to the workbench? Then you are
# signed in here too: run this with Ctrl-Enter.
#
# If not, run the "SignIn" tab. A program sends
# {"Authorization": "Bearer <token>"} instead: put
# that into the Headers tab below.
#
# This page forgets what you typed when you reload
# it. The Docs are at the top left.

query {
  viewer {
    displayName
    memberships {
      role
      newsroom {
        id
        slug
        name
      }
    }
  }
}
`;

const SIGN_IN = `# The session is kept in a cookie that no script can
# read, so the token is empty.

mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    token
    expiresAt
    account {
      displayName
    }
  }
}
`;

const CLAIMS = `# The newest claims of a newsroom, and what their
# verdicts come to. "hiddenVerdictCount" says how many
# verdicts blind review hides from you.

query Claims($slug: String!) {
  newsroom(slug: $slug) {
    claims(first: 10) {
      nodes {
        statement
        claimant
        state
        anchors {
          exact
        }
        summary {
          verdictCount
          hiddenVerdictCount
          disputed
          verdictCounts {
            count
            rating {
              label
            }
          }
        }
      }
    }
  }
}
`;

const RULINGS = `# What a newsroom has published, with the sources.
# Anybody can read it if the newsroom allows that.

query Rulings($slug: String!) {
  publishedRulings(slug: $slug, first: 10) {
    nodes {
      rating {
        label
      }
      summary
      subject {
        statement
        quotes {
          exact
        }
      }
      verdicts {
        dissents
        rationale
        citations {
          url
          quote
        }
      }
    }
  }
}
`;

const ACTIVITY = `# Everything that happens in a newsroom, as it happens.
# Take the newsroom's id from the first tab.

subscription Activity($newsroom: ID!) {
  activity(newsroom: $newsroom, after: 0) {
    number
    kind
    at
    claim {
      statement
    }
  }
}
`;

const SLUG = JSON.stringify({ slug: 'sahel-desk' }, null, 2);
const TABS = [
  { query: DEFAULT_QUERY },
  { query: SIGN_IN, variables: JSON.stringify({ input: { email: 'editor@sahel-desk.example', password: '' } }, null, 2) },
  { query: CLAIMS, variables: SLUG },
  { query: RULINGS, variables: SLUG },
  { query: ACTIVITY, variables: JSON.stringify({ newsroom: '' }, null, 2) },
];

const storage = createStorage();

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultTabs={TABS}
    defaultEditorToolsVisibility="variables"
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>
      <span className="claimspan-logo">Claimspan</span>
    </GraphiQL.Logo>
  </GraphiQL>,
);
