//! The pages of the reference: one for each noun, and the names that belong there.

/// A page.
pub struct Noun {
    /// The name of its file, without the ending.
    pub file: &'static str,
    pub title: &'static str,
    /// Its subject.
    pub about: &'static str,
    /// The beginnings of names that belong on the page. The longest beginning decides.
    pub words: &'static [&'static str],
}

/// The pages, in the order of the index.
pub const NOUNS: [Noun; 17] = [
    Noun {
        file: "newsrooms",
        title: "Newsrooms",
        about: "A newsroom, its editorial policy and its public profile.",
        words: &["Newsroom", "Policy"],
    },
    Noun {
        file: "members",
        title: "Members",
        about: "Memberships, roles, invitations and API tokens.",
        words: &["Member", "Role", "Invit", "ApiToken"],
    },
    Noun {
        file: "accounts",
        title: "Accounts",
        about: "The signed-in account: sessions, passwords, profile and assigned work.",
        words: &["Account", "Viewer", "Session", "Sign", "Password", "Profile", "Work"],
    },
    Noun {
        file: "articles",
        title: "Articles",
        about: "Articles, their revisions, and the spans of their text.",
        words: &[
            "Article",
            "Revi",
            "Span",
            "TextRange",
            "OffsetUnit",
            "Difference",
            "PreviewSpan",
            "RangeInput",
        ],
    },
    Noun {
        file: "claims",
        title: "Claims",
        about: "Claims, the words that they are anchored to, assignments, tags and claimants.",
        words: &[
            "Claim",
            "Anchor",
            "Reanchor",
            "Assignment",
            "Tag",
            "PreviewedClaim",
            "Readiness",
            "Missing",
            "Severity",
        ],
    },
    Noun {
        file: "verdicts",
        title: "Verdicts",
        about: "The judgements of reviewers: verdicts, their history and drafts.",
        words: &["Verdict", "NotReaffirmed"],
    },
    Noun {
        file: "sources",
        title: "Sources",
        about: "Cited sources, citations, and the questions that they answer.",
        words: &["Source", "Citation", "Cited", "Stance", "AnswerType"],
    },
    Noun {
        file: "ratings",
        title: "Rating scales",
        about: "A newsroom's rating scales and their ratings.",
        words: &["Rating"],
    },
    Noun {
        file: "comments",
        title: "Comments",
        about: "Comments on claims and verdicts.",
        words: &["Comment"],
    },
    Noun {
        file: "rulings",
        title: "Rulings",
        about: "Published judgements: rulings, corrections, signatures and proofs.",
        words: &["Ruling", "Correction", "InclusionProof", "SigningKey"],
    },
    Noun {
        file: "summaries",
        title: "Summaries",
        about: "Counts of verdicts, agreement between reviewers, and the time to a ruling.",
        words: &["Summary", "ClaimSummary", "VerdictSummary", "Agreement", "TimeToRuling"],
    },
    Noun {
        file: "search",
        title: "Search",
        about: "Search in a newsroom, and claims that are similar.",
        words: &["Search", "Snippet", "Similar"],
    },
    Noun {
        file: "outside-reviews",
        title: "Outside reviews",
        about: "Fact-checks of other publishers.",
        words: &["OutsideReview"],
    },
    Noun {
        file: "events",
        title: "Events",
        about: "The activity of a newsroom as it happens, and the audit log.",
        words: &["Activity", "Audit", "EventKind"],
    },
    Noun {
        file: "webhooks",
        title: "Webhooks",
        about: "Requests that the server sends when something happens.",
        words: &["Webhook"],
    },
    Noun {
        file: "mails",
        title: "Mails",
        about: "Mails that the server sends, and the settings of members.",
        words: &["Mail"],
    },
    Noun {
        file: "basics",
        title: "Basics",
        about: "Shared types: objects by id, pages, dates, and reasons of errors.",
        words: &["Node", "PageInfo", "Date", "ErrorReason"],
    },
];

/// The page on which the type, query, mutation or subscription with this name belongs.
pub fn page_of(name: &str) -> Option<&'static Noun> {
    let first = name.get(..1)?.to_uppercase();
    let whole = first + name.get(1..)?;
    // The noun of `markClaim` is `Claim`.
    let noun = name.find(|letter: char| letter.is_ascii_uppercase()).map(|from| &name[from..]);
    let begins =
        |word: &str| whole.starts_with(word) || noun.is_some_and(|noun| noun.starts_with(word));
    let longest =
        |words: &[&str]| words.iter().filter(|word| begins(word)).map(|word| word.len()).max();
    let found = NOUNS.iter().filter_map(|noun| Some((longest(noun.words)?, noun)));
    found.max_by_key(|(length, _)| *length).map(|(_, noun)| noun)
}

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn the_longest_beginning_decides() {
        for (name, file) in [
            ("Claim", "claims"),
            ("ClaimSummary", "summaries"),
            ("VerdictDraft", "verdicts"),
            ("publishedRulings", "rulings"),
            ("updateNewsroomProfile", "newsrooms"),
            ("updateProfile", "accounts"),
            ("nodes", "basics"),
        ] {
            assert_eq!(page_of(name).map(|noun| noun.file), Some(file), "{name}");
        }
        assert!(page_of("Ferry").is_none());
    }
}
