//! The content of the demo's newsroom: its accounts, and one article with its claims and verdicts.
//!
//! The article is our own account of events that were widely reported in August 2024. Its sources
//! are addresses on example.org, which nobody can mistake for real ones.

use crate::domain::permissions::Role;

/// The article, one paragraph per line.
pub const TITLE: &str = "Bamako breaks with Kyiv over a defeat in the desert";
pub const BODY: &str = "\
Mali's transitional government cut its diplomatic ties with Ukraine on 4 August 2024. It says that Kyiv had a hand in an ambush which killed Malian soldiers and Russian mercenaries of the Wagner Group near Tinzaouaten, in the last days of July.
The spokesman, Colonel Abdoulaye Maïga, read the decision out on state television.
Colonel Maïga reading the statement (photo: state television)
What Bamako says
According to the statement, Andriy Yusov, who speaks for Ukraine's military intelligence, admitted that his service had helped the rebels before the battle. His own words, in a broadcast of 29 July, were that the rebels had received \"necessary information, and not only information\".
The statement adds that the Ukrainian ambassador in Dakar, Yurii Pyvovarov, had openly backed \"international terrorism\".
Ukraine's foreign ministry rejected the charge, and said that Mali had shown no evidence.
What Dakar did
On 3 August Senegal summoned the ambassador over a video on his embassy's Facebook page. The page carried Mr Yusov's remarks, and a comment in support of the rebels; it was taken down later.
Senegal called the post an act of propaganda that its soil is not to be used for.
Background
The United Nations' mission in Mali, MINUSMA, ended its withdrawal on 31 December 2023, at the request of the government. Rebels of the Tuareg alliance say that they counted 84 dead mercenaries and 47 dead soldiers after the battle; no independent count is known.
";

/// The accounts: at least one for each role.
pub const PEOPLE: [(Role, &str, &str); 5] = [
    (Role::Admin, "admin@sahel-desk.example", "Aminata Diallo"),
    (Role::Editor, "editor@sahel-desk.example", "Ousmane Ndiaye"),
    (Role::Reviewer, "reviewer@sahel-desk.example", "Mariam Keïta"),
    (Role::Reviewer, "second@sahel-desk.example", "Tomás Ferreira"),
    (Role::Reader, "reader@sahel-desk.example", "Léa Martin"),
];

/// A claim of the article, and the verdicts of the first and the second reviewer.
pub struct DemoClaim {
    pub statement: &'static str,
    pub claimant: &'static str,
    pub on: &'static str,
    pub tags: &'static [&'static str],
    pub exact: &'static str,
    pub judgements: &'static [Judgement],
    /// The rating and the summary of its ruling, if it has one.
    pub ruling: Option<(&'static str, &'static str)>,
}

/// A rating, its rationale, and its sources: stance, URL, title, quote.
pub struct Judgement {
    pub rating: &'static str,
    pub rationale: &'static str,
    pub citations: &'static [(&'static str, &'static str, &'static str, &'static str)],
}

pub const CLAIMS: &[DemoClaim] = &[
    DemoClaim {
        statement: "Andriy Yusov admitted that Ukraine's military intelligence helped the rebels before the battle.",
        claimant: "Transitional government of Mali",
        on: "2024-08-04",
        tags: &["yusov-admission", "ukraine", "wagner"],
        exact: "Andriy Yusov, who speaks for Ukraine's military intelligence, admitted that his service had helped the rebels before the battle.",
        judgements: &[
            Judgement {
                rating: "MISSING_CONTEXT",
                rationale: "He said that the rebels had received information. He did not say from whom, nor that his service took part in the fighting.",
                citations: &[(
                    "CONTEXT",
                    "https://broadcast.example.org/2024-07-29#t=312",
                    "Recording of the broadcast of 29 July",
                    "necessary information, and not only information",
                )],
            },
            Judgement {
                rating: "MOSTLY_FALSE",
                rationale: "\"Admitted\" says more than his words do. The ministry's denial came two days later and names the sentence.",
                citations: &[
                    (
                        "REFUTES",
                        "https://ministry.example.org/statements/mali",
                        "Statement of the foreign ministry",
                        "no evidence was shown",
                    ),
                    (
                        "CONTEXT",
                        "https://broadcast.example.org/2024-07-29",
                        "Recording of the broadcast of 29 July",
                        "not only information",
                    ),
                ],
            },
        ],
        ruling: None,
    },
    DemoClaim {
        statement: "Senegal summoned Ukraine's ambassador over a post on the embassy's Facebook page.",
        claimant: "Unnamed reports",
        on: "2024-08-03",
        tags: &["senegal-summons", "ukraine"],
        exact: "On 3 August Senegal summoned the ambassador over a video on his embassy's Facebook page.",
        judgements: &[
            Judgement {
                rating: "TRUE",
                rationale: "The ministry in Dakar announced it the same day, and gave the post as the reason.",
                citations: &[(
                    "SUPPORTS",
                    "https://diplomatie.example.org/communique-0803",
                    "Communiqué of the ministry in Dakar",
                    "a été convoqué",
                )],
            },
            Judgement {
                rating: "TRUE",
                rationale: "Announced by the ministry; the archived page shows the post.",
                citations: &[
                    (
                        "SUPPORTS",
                        "https://diplomatie.example.org/communique-0803?utm_source=mail",
                        "Communiqué of the ministry in Dakar",
                        "a été convoqué",
                    ),
                    (
                        "SUPPORTS",
                        "https://archive.example.org/embassy-page",
                        "The embassy's page as archived on 1 August",
                        "video, 1:12",
                    ),
                ],
            },
        ],
        ruling: Some((
            "TRUE",
            "The ministry in Dakar announced it the same day, and gave the post as its reason; an archived copy shows the post.",
        )),
    },
    DemoClaim {
        statement: "The Ukrainian ambassador in Dakar openly backed international terrorism.",
        claimant: "Transitional government of Mali",
        on: "2024-08-04",
        tags: &["ukraine"],
        exact: "the Ukrainian ambassador in Dakar, Yurii Pyvovarov, had openly backed \"international terrorism\"",
        judgements: &[Judgement {
            rating: "FALSE",
            rationale: "The embassy posted a video with a comment. Nothing in it is by the ambassador, and nothing in it speaks of terrorism.",
            citations: &[(
                "REFUTES",
                "https://archive.example.org/embassy-page",
                "The embassy's page as archived on 1 August",
                "video, 1:12",
            )],
        }],
        ruling: None,
    },
    DemoClaim {
        statement: "84 mercenaries and 47 soldiers died in the battle near Tinzaouaten.",
        claimant: "Tuareg alliance",
        on: "2024-08-01",
        tags: &["wagner", "casualties"],
        exact: "they counted 84 dead mercenaries and 47 dead soldiers after the battle",
        judgements: &[Judgement {
            rating: "UNVERIFIABLE",
            rationale: "Only one party to the battle gives these numbers, and no independent observer reached the place.",
            citations: &[],
        }],
        ruling: None,
    },
    DemoClaim {
        statement: "MINUSMA ended its withdrawal from Mali on 31 December 2023.",
        claimant: "The article itself",
        on: "2024-08-05",
        tags: &["minusma"],
        exact: "MINUSMA, ended its withdrawal on 31 December 2023",
        judgements: &[],
        ruling: None,
    },
];
