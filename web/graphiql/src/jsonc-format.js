// Takes the place of Prettier's Babel parser and ESTree printer, which GraphiQL
// loads only to format the JSON of variables and headers: half a megabyte of
// script for what jsonc-parser, part of GraphiQL anyway, also does.
import { applyEdits, format } from 'jsonc-parser';

const astFormat = 'jsonc-text';

export const parsers = {
  jsonc: {
    astFormat,
    parse: text => ({ text }),
    locStart: () => 0,
    locEnd: node => node.text.length,
  },
};

export const printers = {
  [astFormat]: {
    print({ node: { text } }) {
      const options = { insertSpaces: true, tabSize: 2, eol: '\n', insertFinalNewline: true };
      return applyEdits(text, format(text, undefined, options));
    },
  },
};
