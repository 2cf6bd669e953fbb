import { createContext, useContext } from 'react';
import { forgetEverything, run, sessionEnded } from '../api/client';
import { type Role, SignOutDocument, SignOutEverywhereDocument, type ViewerQuery } from '../gql/graphql';
import { memory } from '../ui/store';

export type Viewer = NonNullable<ViewerQuery['viewer']>;
export type Membership = Viewer['memberships'][number];

const ViewerContext = createContext<Viewer | null>(null);
export const ViewerProvider = ViewerContext.Provider;
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error('this part of the page is for people who are signed in');
  return viewer;
}
export const useMaybeViewer = () => useContext(ViewerContext);

export interface Place {
  slug: string;
  role: Role;
  newsroom: Membership['newsroom'];
}
const PlaceContext = createContext<Place | null>(null);
export const PlaceProvider = PlaceContext.Provider;
/** The newsroom that the page is in, and the viewer's role there. */
export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error('this part of the page is in a newsroom');
  return place;
}

const ORDER: Role[] = ['READER', 'REVIEWER', 'EDITOR', 'ADMIN'];
export const atLeast = (role: Role, least: Role) => ORDER.indexOf(role) >= ORDER.indexOf(least);

/** Starts afresh as whoever has just signed in. */
export function signedIn() {
  forgetEverything();
  sessionEnded.set(false);
}

export async function signOut(viewer: Viewer) {
  await run(SignOutDocument, {});
  leave(viewer);
}

export async function signOutEverywhere(viewer: Viewer) {
  await run(SignOutEverywhereDocument, {});
  leave(viewer);
}

/** How many comments this browser keeps that were typed and not sent. Signing out deletes them. */
export const unsentComments = (viewer: Viewer) => memory.keys(`draft.${viewer.id}.comment.`).length;

function leave(viewer: Viewer) {
  // What was typed and not sent stays on the server as a draft; nothing of it stays in this browser.
  for (const kind of ['draft', 'outbox']) {
    for (const key of memory.keys(`${kind}.${viewer.id}`)) memory.write(key, undefined);
  }
  window.location.assign('/');
}
