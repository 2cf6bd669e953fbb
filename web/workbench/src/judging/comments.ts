// The comments on a claim, kept up to date; and a comment as it is typed, which stays in this browser until it is sent.
import { useCallback, useEffect, useRef, useState } from 'react';
import { untilRead } from '../api/again';
import { fetchOnce, pulse, useData } from '../api/client';
import type { ApiError } from '../api/errors';
import { atLeast, type Place, usePlace, useViewer } from '../app/session';
import {
  type ClaimDetailFragment, DiscussionDocument, type DiscussionQuery, MembersDocument, MoreRepliesDocument, type MoreRepliesQuery, type PersonFragment, ReviewersDocument, type SaidFragment, type ThreadFragment,
} from '../gql/graphql';
import { memory, useStore } from '../ui/store';

export type Thread = Omit<ThreadFragment, 'replies'> & { replies: SaidFragment[] };

export interface Discussion {
  threads: Thread[];
  loaded: boolean;
  error: ApiError | undefined;
  reload: () => Promise<void>;
}

/** Whether blind review hides the discussion from the viewer: it is as hidden as the verdicts on the claim. */
export function isHidden(claim: ClaimDetailFragment, { role, newsroom }: Place, viewer: string): boolean {
  const { blindReview, verdictsRequired } = newsroom.policy;
  if (!blindReview || atLeast(role, 'EDITOR') || claim.state === 'PUBLISHED' || claim.summary.verdictCount >= verdictsRequired) return false;
  return !claim.verdicts.some((verdict) => verdict.reviewer.id === viewer && verdict.state === 'SUBMITTED');
}

async function readReplies(thread: ThreadFragment): Promise<SaidFragment[]> {
  const replies = [...thread.replies.nodes];
  let { hasNextPage, endCursor } = thread.replies.pageInfo;
  while (hasNextPage) {
    const { node }: MoreRepliesQuery = await fetchOnce(MoreRepliesDocument, { id: thread.id, after: endCursor ?? null });
    if (node?.__typename !== 'Comment') break;
    replies.push(...node.replies.nodes);
    ({ hasNextPage, endCursor } = node.replies.pageInfo);
  }
  return replies;
}

async function readThreads(claim: string): Promise<Thread[]> {
  const threads: Thread[] = [];
  let after: string | null = null;
  do {
    const { node }: DiscussionQuery = await fetchOnce(DiscussionDocument, { id: claim, after });
    if (node?.__typename !== 'Claim') break;
    for (const thread of node.comments.nodes) threads.push({ ...thread, replies: await readReplies(thread) });
    const { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor?: string | null } = node.comments.pageInfo;
    after = hasNextPage ? (endCursor ?? null) : null;
  } while (after !== null);
  return threads;
}

/** All threads on a claim and on its verdicts. They are read again whenever something changed on the server. */
export function useDiscussion(claim: string, pause: boolean): Discussion {
  const [state, setState] = useState<Omit<Discussion, 'reload'>>({ threads: [], loaded: false, error: undefined });
  const turn = useRef(0);
  const beat = useStore(pulse);
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    const threads = await untilRead(() => readThreads(claim), () => mine === turn.current, (error) => setState((old) => ({ ...old, error })));
    if (threads) setState({ threads, loaded: true, error: undefined });
  }, [claim]);
  useEffect(() => {
    if (!pause) void reload();
  }, [reload, beat, pause]);
  useEffect(() => () => void (turn.current += 1), []);
  return { ...state, reload };
}

/**
 * The people whom a comment can mention. The server lists all members to admins and all who may judge to editors; a reviewer can mention the people
 * who have to do with the claim.
 */
export function usePeople(claim: ClaimDetailFragment, threads: Thread[]): PersonFragment[] {
  const { slug, role } = usePlace();
  const viewer = useViewer();
  const isAdmin = atLeast(role, 'ADMIN');
  const isEditor = atLeast(role, 'EDITOR');
  const { data: members } = useData(MembersDocument, { slug, after: null }, { pause: !isAdmin, still: true });
  const { data: reviewers } = useData(ReviewersDocument, { slug }, { pause: !isEditor || isAdmin, still: true });
  const found = new Map<string, PersonFragment>();
  const add = (person: PersonFragment | null | undefined) => {
    if (person && person.id !== viewer.id) found.set(person.id, { id: person.id, displayName: person.displayName });
  };
  for (const member of members?.newsroom?.members?.nodes ?? []) add(member.deactivatedAt ? undefined : member.account);
  for (const person of reviewers?.newsroom?.reviewers ?? []) add(person);
  if (!isAdmin) {
    add(claim.markedBy);
    add(claim.ruling?.publishedBy);
    for (const { reviewer, assignedBy } of claim.assignments) [reviewer, assignedBy].forEach(add);
    for (const { reviewer } of claim.verdicts) add(reviewer);
    for (const said of threads.flatMap((thread) => [thread, ...thread.replies])) [said.author, ...said.mentions].forEach(add);
  }
  return [...found.values()].sort((a, b) => a.displayName.localeCompare(b.displayName));
}

export interface Typed {
  text: string;
  mentions: PersonFragment[];
  /** The key that just this text is sent with, so that the server adds it once. */
  key: string;
}

const blank = (text: string, mentions: PersonFragment[]): Typed => ({ text, mentions, key: crypto.randomUUID() });

export const typedKey = (viewer: string, place: string) => `draft.${viewer}.comment.${place}`;
export const isTyped = (viewer: string, place: string) => memory.read<Typed>(typedKey(viewer, place)) !== undefined;

/** A comment as it is typed. Every keystroke is kept in this browser until `forget` is called. */
export function useTyped(place: string, text = '', mentions: PersonFragment[] = []) {
  const viewer = useViewer();
  const at = typedKey(viewer.id, place);
  const [typed, setTyped] = useState<Typed>(() => memory.read<Typed>(at) ?? blank(text, mentions));
  const change = (next: Partial<Pick<Typed, 'text' | 'mentions'>>) => {
    const changed = { ...typed, ...next, key: crypto.randomUUID() };
    setTyped(changed);
    memory.write(at, changed.text.trim() && changed.text !== text ? changed : undefined);
  };
  const forget = () => {
    memory.write(at, undefined);
    setTyped(blank(text, mentions));
  };
  return { typed, change, forget };
}

/** The people whose names are in the text after `@`, at most as many as the server takes. A longer name goes before one that it begins with. */
export function mentioned({ text, mentions }: Typed, people: PersonFragment[]): string[] {
  const all = new Map([...people, ...mentions].map((person) => [person.id, `@${person.displayName}`]));
  const found: string[] = [];
  let rest = text;
  for (const [id, name] of [...all].sort(([, a], [, b]) => b.length - a.length)) {
    if (!rest.includes(name)) continue;
    found.push(id);
    rest = rest.replaceAll(name, ' ');
  }
  return found.slice(0, 20);
}

export interface Asking {
  start: number;
  words: string;
}

/** The start of a name that is being typed after `@`, just before the caret. */
export function asking(text: string, caret: number): Asking | undefined {
  const found = /(?:^|[\s(«“"])@([^@\n]{0,40})$/u.exec(text.slice(0, caret));
  const words = found?.[1];
  return words === undefined || words.split(' ').length > 3 ? undefined : { start: caret - words.length - 1, words };
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** The people whose name has the words, at the start of any of its parts. */
export function matching(people: PersonFragment[], words: string): PersonFragment[] {
  const wanted = plain(words);
  return people.filter(({ displayName }) => {
    const name = plain(displayName);
    return name.startsWith(wanted) || name.includes(` ${wanted}`);
  }).slice(0, 6);
}
