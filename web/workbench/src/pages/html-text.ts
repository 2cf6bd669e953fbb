// Turns HTML into the text of an article, in the browser: nothing in it is run or loaded, since a parsed document that is never shown does neither.

export interface Converted {
  title: string;
  body: string;
  language: string;
  url: string;
  /** What was left out, and how many of it. */
  dropped: Record<string, number>;
}

const BLOCKS = new Set(['P', 'DIV', 'SECTION', 'ARTICLE', 'MAIN', 'HEADER', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'LI', 'BLOCKQUOTE', 'FIGURE', 'FIGCAPTION', 'TR', 'DT', 'DD', 'PRE', 'ADDRESS']);
const LEFT_OUT: Record<string, string> = {
  SCRIPT: 'scripts', STYLE: 'styles', NOSCRIPT: 'scripts', TEMPLATE: 'scripts', IFRAME: 'embedded pages', OBJECT: 'embedded pages', EMBED: 'embedded pages',
  IMG: 'pictures', PICTURE: 'pictures', SVG: 'pictures', VIDEO: 'media', AUDIO: 'media', CANVAS: 'pictures',
  NAV: 'navigation', FOOTER: 'navigation', ASIDE: 'side boxes', FORM: 'forms', BUTTON: 'forms', INPUT: 'forms', SELECT: 'forms', TEXTAREA: 'forms',
};

export function fromHtml(html: string): Converted {
  // Handlers within tags would not run; but the browser would report each as a breach of the page's policy.
  const inert = html.replace(/<[^>]*>/g, (tag) => tag.replace(/\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, ''));
  const parsed = new DOMParser().parseFromString(inert, 'text/html');
  const dropped: Record<string, number> = {};
  const lines: string[] = [];
  let line = '';
  const flush = () => {
    const text = line.replace(/[\s\u00a0]+/g, ' ').trim();
    // The mark of a list's item whose words are in a block of their own waits for them.
    if (/^(•|\d+\.)$/.test(text)) {
      line = `${text} `;
      return;
    }
    if (text) lines.push(text);
    line = '';
  };
  const walk = (node: Node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      line += node.nodeValue ?? '';
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const element = node as Element;
    const tag = element.tagName.toUpperCase();
    const what = LEFT_OUT[tag];
    if (what || element.hasAttribute('hidden')) {
      const name = what ?? 'hidden parts';
      dropped[name] = (dropped[name] ?? 0) + 1;
      return;
    }
    if (tag === 'BR') return flush();
    const block = BLOCKS.has(tag);
    if (block) flush();
    if (tag === 'LI') line += itemMark(element);
    if (tag === 'TD' || tag === 'TH') line += ' ';
    for (const child of element.childNodes) walk(child);
    if (block) flush();
  };
  const main = parsed.querySelector('article') ?? parsed.querySelector('main') ?? parsed.body;
  walk(main);
  flush();
  countAround(parsed.body, main, dropped);
  const heading = clean(main.querySelector('h1')?.textContent ?? '');
  const title = heading || clean(parsed.querySelector('meta[property="og:title"]')?.getAttribute('content') ?? '') || clean(parsed.title);
  const at = lines.indexOf(title);
  if (at >= 0) lines.splice(at, 1);
  return {
    title: title || (lines.shift() ?? ''),
    body: lines.join('\n'),
    language: parsed.documentElement.lang,
    url: parsed.querySelector('link[rel=canonical]')?.getAttribute('href') ?? '',
    dropped,
  };
}

/** Counts the parts of the page around the article, by what they are. */
function countAround(part: Element, main: Element, dropped: Record<string, number>) {
  if (part === main) return;
  const what = LEFT_OUT[part.tagName.toUpperCase()];
  const words = [...part.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.nodeValue?.trim());
  if (what || (words && !part.contains(main))) {
    const name = what ?? 'surroundings';
    dropped[name] = (dropped[name] ?? 0) + 1;
  } else for (const child of part.children) countAround(child, main, dropped);
}

/** What a browser shows before an item. Without it the server would take a short item for a heading. */
function itemMark(item: Element): string {
  const list = item.parentElement;
  if (list?.tagName !== 'OL') return '• ';
  const items = [...list.children].filter((child) => child.tagName === 'LI');
  return `${(Number(list.getAttribute('start')) || 1) + items.indexOf(item)}. `;
}

/** Whether a text is the source of a page, not its words. */
export const isHtml = (text: string) => /^\s*<(!doctype|html|head|body|main|article|section|header|p|div|h[1-6]|ul|ol|figure|table)\b[^>]*>/i.test(text);

const clean = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Markdown as plain text: its marks for headings, links and emphasis go. Those of lists stay, as a page shows them. */
export function fromMarkdown(text: string): Converted {
  const dropped: Record<string, number> = {};
  const drop = (what: string) => {
    dropped[what] = (dropped[what] ?? 0) + 1;
  };
  const body = text
    .replace(/\r\n?/g, '\n')
    .replace(/^---\n[\s\S]*?\n---\n/, () => (drop('front matter'), ''))
    .replace(/!\[[^\]]*\]\([^)]*\)/g, () => (drop('pictures'), ''))
    .replace(/\[([^\]]+)\]\([^)]*\)/g, (_, words: string) => (drop('link addresses'), words))
    .replace(/(\*\*|__)(.+?)\1/g, '$2')
    .replace(/(^|\W)[*_]([^*_\n]+)[*_](?=\W|$)/g, '$1$2')
    .replace(/`([^`\n]+)`/g, '$1')
    // A single line break within a paragraph is a blank in Markdown.
    .split(/\n{2,}/)
    .flatMap((part) => (/^\s*([#>*+-]|\d+\.)/.test(part) ? part.split('\n') : [part.replace(/\n/g, ' ')]))
    .map((one) => one.replace(/^\s*(#{1,6}|>)\s+/, '').replace(/^\s*[*+-]\s+/, '• ').trim())
    .filter(Boolean);
  const title = body.shift() ?? '';
  return { title, body: body.join('\n'), language: '', url: '', dropped };
}

export function fromPlain(text: string): Converted {
  const lines = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n').split('\n').map((line) => line.trim()).filter(Boolean);
  const title = lines.shift() ?? '';
  return { title, body: lines.join('\n'), language: '', url: '', dropped: {} };
}
