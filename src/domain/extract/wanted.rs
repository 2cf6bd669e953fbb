//! The parts of a newsroom that an extract reads. Parts that a format does not need are not read.

/// The parts of a newsroom that are wanted.
#[allow(clippy::struct_excessive_bools, reason = "each is a part that may be wanted")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The articles.
    pub articles: bool,
    /// The parts of the articles' newest texts.
    pub texts: Texts,
    /// The claims.
    pub claims: bool,
    /// The verdicts.
    pub verdicts: bool,
    /// The citations of the verdicts.
    pub citations: bool,
    /// The rulings.
    pub rulings: bool,
    /// The log.
    pub events: bool,
}

/// The wanted parts of an article's newest text. Each has those before it, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Texts {
    /// Nothing.
    Nothing,
    /// The revision, without its text.
    Revision,
    /// The text.
    Text,
    /// The sentences.
    Sentences,
    /// The blocks.
    Blocks,
}

impl Wanted {
    const NOTHING: Self = Self {
        articles: false,
        texts: Texts::Nothing,
        claims: false,
        verdicts: false,
        citations: false,
        rulings: false,
        events: false,
    };

    /// The articles, without texts.
    pub const ARTICLES: Self = Self { articles: true, ..Self::NOTHING };

    /// The articles, and their claims.
    pub const CLAIMS: Self = Self { claims: true, ..Self::ARTICLES };

    /// The articles, their claims, and the verdicts on them with citations.
    pub const VERDICTS: Self = Self { verdicts: true, citations: true, ..Self::CLAIMS };

    /// The articles, their claims, and the rulings on them.
    pub const RULINGS: Self = Self { rulings: true, ..Self::CLAIMS };

    /// The articles, their claims, and the verdicts and rulings on them.
    pub const JUDGEMENTS: Self = Self { rulings: true, ..Self::VERDICTS };

    /// The same with the articles' newest revisions, without their texts.
    pub const ANNOTATIONS: Self = Self { texts: Texts::Revision, ..Self::JUDGEMENTS };

    /// The articles with texts, their claims, and the verdicts and rulings on them, without citations.
    pub const TASKS: Self = Self { texts: Texts::Text, citations: false, ..Self::JUDGEMENTS };

    /// The same with sentences.
    pub const DOCUMENTS: Self = Self { texts: Texts::Sentences, ..Self::TASKS };

    /// The log.
    pub const EVENTS: Self = Self { events: true, ..Self::NOTHING };

    /// Everything except texts.
    pub const TABLES: Self = Self { events: true, ..Self::JUDGEMENTS };

    /// Everything.
    pub const ALL: Self = Self { texts: Texts::Blocks, ..Self::TABLES };
}
