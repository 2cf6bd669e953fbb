import { createStore, memory } from '../ui/store';

export type Theme = 'auto' | 'light' | 'dark';
export const theme = createStore<Theme>(memory.read<Theme>('theme') ?? 'auto');

export function applyTheme(next: Theme) {
  theme.set(next);
  memory.write('theme', next === 'auto' ? undefined : next);
  document.documentElement.dataset.theme = next;
}
