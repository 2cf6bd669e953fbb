import { useSyncExternalStore } from 'react';

/** A value outside of React that components can follow. */
export interface Store<T> {
  get(): T;
  set(value: T | ((old: T) => T)): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      const changed = typeof next === 'function' ? (next as (old: T) => T)(value) : next;
      if (Object.is(changed, value)) return;
      value = changed;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** localStorage throws where the browser has site data switched off; then nothing is remembered. */
export const memory = {
  read<T>(key: string): T | undefined {
    try {
      const text = localStorage.getItem(`claimspan.${key}`);
      return text === null ? undefined : (JSON.parse(text) as T);
    } catch {
      return undefined;
    }
  },
  write(key: string, value: unknown): boolean {
    try {
      if (value === undefined) localStorage.removeItem(`claimspan.${key}`);
      else localStorage.setItem(`claimspan.${key}`, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
  keys(prefix: string): string[] {
    try {
      const start = `claimspan.${prefix}`;
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(start))
        .map((key) => key.slice('claimspan.'.length));
    } catch {
      return [];
    }
  },
};
