//! HTML from outside, read within bounds. All of it is read by [`read`], into a tree or into
//! anything else.
//!
//! A reader of HTML accepts everything, and some inputs make what it builds grow with the square of
//! their length, or faster. So each token is checked as soon as it was taken: after a refusal
//! nothing more is built, and reading ends. It also ends when nobody waits for the result.

use std::cell::{Cell, RefCell};

use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::article::{Reading, Refusal};
use super::wanted;

/// The most bytes that are read between two checks of the input.
const PART: usize = 4_096;

/// The most attributes of a tag. Tags that are opened again have them again.
const MAX_ATTRIBUTES: usize = 1_000;

/// The most signs that can separate attributes in a stretch of input without an end of a tag or a
/// comment. The time for a tag grows with the square of its attributes.
const MAX_SEPARATORS: usize = 30_000;

/// The most such stretches, measured by the squares of their signs.
const MAX_EFFORT: usize = 4_000_000_000;

/// A taker of tokens that knows when it has had enough.
pub trait Taker: TokenSink {
    /// Why it takes no more. It is asked after each token.
    fn refusal(&self) -> Option<Refusal>;
}

/// Passes tokens on until one of them is too much.
struct Gate<T> {
    taker: T,
    refused: RefCell<Option<Refusal>>,
    /// How many tokens there were. While there are none, the tokenizer is within a tag or a comment.
    tokens: Cell<usize>,
}

/// Gives the tokens of a page, or of a part of one, to `taker`.
pub fn read<T: Taker>(text: &str, taker: T) -> Reading<T> {
    let gate = Gate { taker, refused: RefCell::new(None), tokens: Cell::new(0) };
    let tokenizer = Tokenizer::new(gate, TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = text.trim_start_matches('\u{feff}');
    let (mut tokens, mut silent, mut effort) = (0, 0, 0_usize);
    while !rest.is_empty() {
        wanted::expect()?;
        let (part, after) = rest.split_at(rest.floor_char_boundary(PART.min(rest.len())));
        rest = after;
        input.push_back(StrTendril::from_slice(part));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        if let Some(refusal) = tokenizer.sink.refused.take() {
            return Err(refusal);
        }
        if tokenizer.sink.tokens.get() != tokens {
            (tokens, silent) = (tokenizer.sink.tokens.get(), 0);
            continue;
        }
        let separators = part.bytes().filter(|b| b.is_ascii_whitespace() || b"/\"'".contains(b));
        silent += separators.count();
        effort += silent * PART;
        if silent > MAX_SEPARATORS || effort > MAX_EFFORT {
            return Err(too_many_attributes());
        }
    }
    tokenizer.end();
    let Gate { taker, refused, .. } = tokenizer.sink;
    match refused.into_inner() {
        Some(refusal) => Err(refusal),
        None => Ok(taker),
    }
}

fn too_many_attributes() -> Refusal {
    Refusal::too_large("A tag or a comment of the page is too long, or has too many attributes.")
}

impl<T: Taker> TokenSink for Gate<T> {
    type Handle = T::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<T::Handle> {
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.tokens.set(self.tokens.get() + 1);
        let mut refused = self.refused.borrow_mut();
        if refused.is_none()
            && let Token::TagToken(tag) = &token
            && tag.attrs.len() > MAX_ATTRIBUTES
        {
            *refused = Some(too_many_attributes());
        }
        if refused.is_some() {
            return TokenSinkResult::Continue;
        }
        let result = self.taker.process_token(token, line);
        *refused = self.taker.refusal();
        result
    }

    fn end(&self) {
        if self.refused.borrow().is_none() {
            self.taker.end();
        }
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.taker.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
