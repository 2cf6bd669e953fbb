//! Marks that end sentences, enclose words, or announce more, and the state of those that are open.

/// Marks that end a sentence, or show that it goes on.
pub(super) const STOPS: &str = ".!?…:;,‽⁇⁈⁉‼。．｡！？：；，、؟۔؛،।॥։՞՜።፧፣፨၊။។៕᠃෴";

/// Marks that may follow one of `STOPS` at the end of a sentence or a line.
pub(super) const CLOSERS: &str = "\"'”’“‘»«›‹)]}」』】》〉）］｣*_";

/// Marks that open a bracket or a quotation. Some of them also close one.
pub(super) const OPENERS: &str = "\"'“‘„‚«»‹›”([{「『【《〈（［｢";

/// Marks that show that the sentence goes on, although the line or a supposed sentence ends with
/// them.
pub(super) const GOING_ON: &str = ":;,…–—-：；，、؛،፣፤፥՝";

/// Dashes: they begin an aside, or the words that name a speaker.
pub(super) const DASHES: &str = "-‐‑‒–—―−";

/// An open bracket or quotation.
#[derive(Clone, Copy, Debug)]
struct Open {
    by: char,
    /// Whether its sentence begins with it.
    leads: bool,
}

/// A bracket or quotation that was closed right before a place, after the last of the `STOPS`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tail {
    is_bracket: bool,
    leads: bool,
}

impl Tail {
    /// Whether the sentence may go on after it. If a quotation begins its sentence, the speaker may
    /// be named after it. If it ends its sentence, nothing follows, except in languages that put
    /// the verb last. If a bracket begins its sentence, it is the whole sentence.
    pub(super) const fn may_go_on(self, next_is_cased: bool) -> bool {
        if self.is_bracket { !self.leads } else { self.leads || !next_is_cased }
    }
}

/// Tracks the open brackets and quotations while a text is read.
#[derive(Debug, Default)]
pub(super) struct Marks {
    open: Vec<Open>,
    last: Option<char>,
    /// Whether only marks were read since the sentence began.
    leads: bool,
    /// The bracket or quotation that was closed since the last of the `STOPS`.
    closed: Option<Tail>,
    stopped: bool,
}

impl Marks {
    /// The state before the first sentence.
    pub(super) fn new() -> Self {
        Self { leads: true, ..Self::default() }
    }

    pub(super) fn in_brackets(&self) -> bool {
        self.open.iter().any(|open| is_bracket(open.by))
    }

    pub(super) fn in_quotes(&self) -> bool {
        self.open.iter().any(|open| !is_bracket(open.by))
    }

    /// Forgets all open brackets and quotations, because a paragraph ends.
    pub(super) fn forget(&mut self) {
        self.open.clear();
        self.begin();
    }

    /// A sentence ends here, and another begins.
    pub(super) fn begin(&mut self) {
        self.leads = true;
        self.closed = None;
        self.stopped = false;
        self.last = None;
    }

    /// The bracket or quotation that was closed right before this place.
    pub(super) fn tail(&self) -> Option<Tail> {
        self.closed.filter(|_| self.stopped)
    }

    /// Reads `text`. The rest of the paragraph after it is `rest`.
    pub(super) fn read(&mut self, text: &str, rest: &str) {
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            // Most characters are letters and spaces. They need no search in the lists of marks.
            if c.is_alphanumeric() {
                (self.stopped, self.leads, self.last) = (false, false, Some(c));
                continue;
            }
            if c == ' ' {
                self.last = Some(c);
                continue;
            }
            let next = chars.peek().map(|(_, next)| *next).or_else(|| rest.chars().next());
            let later = &text[at + c.len_utf8()..];
            self.step(c, next, later, rest);
            self.last = Some(c);
        }
    }

    #[allow(clippy::match_same_arms, reason = "the arms of one mark stay together, in order")]
    fn step(&mut self, c: char, next: Option<char>, later: &str, rest: &str) {
        let glued_left = self.last.is_some_and(|last| {
            !last.is_whitespace() && !OPENERS.contains(last) && !DASHES.contains(last)
        });
        let glued_right = next.is_some_and(|next| !next.is_whitespace());
        match c {
            '(' | '[' | '{' | '（' | '［' | '【' | '「' | '『' | '《' | '〈' | '｢' => {
                self.push(c);
            }
            ')' | ']' | '}' | '）' | '］' | '】' | '」' | '』' | '》' | '〉' | '｣' => {
                self.close(c);
            }
            '„' | '‚' => self.push(c),
            '“' if self.is_any_open(&['„']) && !glued_right_word(next) => self.close(c),
            '“' => self.push(c),
            '”' if self.is_any_open(&['“', '„', '”']) => self.close(c),
            '”' if !glued_left && glued_right => self.push(c),
            '«' | '‹' if self.is_any_open(&[if c == '«' { '»' } else { '›' }]) && glued_left =>
            {
                self.close(c);
            }
            '»' | '›'
                if self.is_any_open(&[
                    if c == '»' { '«' } else { '‹' },
                    if c == '»' { '»' } else { '›' },
                ]) =>
            {
                self.close(c);
            }
            '»' | '›' if !glued_left && glued_right => self.push(c),
            '«' | '‹' => self.push(c),
            // Within a Hebrew abbreviation, it is not a quotation mark.
            '"' if self.last.is_some_and(is_hebrew) && next.is_some_and(is_hebrew) => {}
            '"' if self.is_any_open(&['"']) => self.close(c),
            // After a digit, it is an inch mark.
            '"' if !self.last.is_some_and(|last| last.is_ascii_digit()) => self.push(c),
            '`' | '‘' | '’' | '\'' => self.step_single(c, glued_left, next, [later, rest]),
            _ if STOPS.contains(c) => {
                self.stopped = true;
                self.closed = None;
            }
            _ if c.is_whitespace() => {}
            _ => {
                self.stopped = false;
                self.leads &= !c.is_alphanumeric();
            }
        }
    }

    /// Reads a single quotation mark, which may be an apostrophe.
    fn step_single(&mut self, c: char, glued_left: bool, next: Option<char>, later: [&str; 2]) {
        let glued_right = next.is_some_and(|next| !next.is_whitespace());
        let opens = !glued_left && glued_right;
        match c {
            // ``TeX''
            '`' if next == Some('`') => self.push(c),
            '\'' if next == Some('\'') && self.is_any_open(&['`']) => self.close('`'),
            '‘' if opens => self.push(c),
            '’' | '\''
                if self.is_any_open(&['‘', '‚', '\''])
                    && !next.is_some_and(char::is_alphanumeric) =>
            {
                // "the workers’ union": a later mark closes the quotation.
                let is_apostrophe = self.last.is_some_and(char::is_alphabetic)
                    && next.is_some_and(char::is_whitespace)
                    && later.into_iter().any(closes_again);
                if !is_apostrophe {
                    self.close(c);
                }
            }
            '\'' if opens && later.into_iter().any(closes_later) => self.push(c),
            _ => self.stopped = false,
        }
    }

    fn push(&mut self, by: char) {
        if self.open.len() < MOST_OPEN {
            self.open.push(Open { by, leads: self.leads });
        }
        self.stopped = false;
    }

    /// Whether a bracket or quotation that this mark opened is still open.
    pub(super) fn is_open(&self, by: char) -> bool {
        self.is_any_open(&[by])
    }

    /// Whether a quotation in single marks is open.
    pub(super) fn is_single(&self) -> bool {
        self.is_any_open(&['‘', '\''])
    }

    fn is_any_open(&self, by: &[char]) -> bool {
        self.open.iter().any(|open| by.contains(&open.by))
    }

    /// Closes the innermost bracket or quotation that this mark can close, and all that were left
    /// open inside it.
    fn close(&mut self, by: char) {
        let openers: &[char] = match by {
            ')' => &['('],
            ']' => &['['],
            '}' => &['{'],
            '）' => &['（'],
            '］' => &['［'],
            '】' => &['【'],
            '」' => &['「'],
            '』' => &['『'],
            '》' => &['《'],
            '〉' => &['〈'],
            '｣' => &['｢'],
            '“' => &['„'],
            '”' => &['“', '„', '”'],
            '«' => &['»'],
            '»' => &['«', '»'],
            '‹' => &['›'],
            '›' => &['‹', '›'],
            '"' => &['"'],
            '`' => &['`'],
            _ => &['‘', '‚', '\''],
        };
        if let Some(at) = self.open.iter().rposition(|open| openers.contains(&open.by)) {
            let open = self.open[at];
            self.open.truncate(at);
            // If several were closed, a quotation that begins the sentence counts.
            let leads =
                open.leads || self.closed.is_some_and(|tail| tail.leads && !tail.is_bracket);
            self.closed = Some(Tail { is_bracket: is_bracket(open.by), leads });
        }
    }
}

const fn is_bracket(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '（' | '［' | '【')
}

fn glued_right_word(next: Option<char>) -> bool {
    next.is_some_and(char::is_alphanumeric)
}

const fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{5FF}')
}

/// The most open brackets and quotations that are tracked. No real text has more. Further ones are
/// ignored.
const MOST_OPEN: usize = 64;

/// How many bytes ahead the end of a straight single quotation is searched.
const AHEAD: usize = 300;

/// Whether a straight single quotation soon ends: right after or right before a punctuation mark.
fn closes_later(later: &str) -> bool {
    let later = &later[..later.floor_char_boundary(AHEAD)];
    let ends = later.match_indices('\'').map(|(at, _)| (&later[..at], &later[at + 1..]));
    ends.into_iter().any(|(before, after)| {
        let is_end = |c| ".,!?;:…".contains(c);
        (before.ends_with(is_end) || after.starts_with(is_end))
            && !after.starts_with(char::is_alphanumeric)
    })
}

/// Whether another mark closes a single quotation before one opens.
fn closes_again(later: &str) -> bool {
    let later = &later[..later.floor_char_boundary(AHEAD)];
    let later = later.split('‘').next().unwrap_or_default();
    later.match_indices(['’', '\'']).any(|(at, mark)| {
        let (before, after) = (&later[..at], &later[at + mark.len()..]);
        !before.is_empty()
            && !before.ends_with(char::is_whitespace)
            && !after.starts_with(char::is_alphanumeric)
    })
}
