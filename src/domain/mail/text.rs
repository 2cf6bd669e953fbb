//! The words of mails: plain text in English.
//!
//! Invariant: no value that people wrote can begin a line, or add a header.

use crate::domain::claim;
use crate::domain::newsroom;
use crate::domain::time::Moment;

/// The longest statement that a mail quotes, in characters.
const MOST: usize = 500;

/// Addresses within a newsroom's workbench.
pub struct Place<'a> {
    /// The server's public address.
    pub public_url: &'a str,
    /// The newsroom.
    pub newsroom: &'a newsroom::Model,
}

impl Place<'_> {
    /// The newsroom's name.
    pub fn name(&self) -> String {
        one_line(&self.newsroom.name)
    }

    /// The address of a page of the newsroom.
    pub fn page(&self, path: &str) -> String {
        format!("{}/n/{}{path}", self.public_url, self.newsroom.slug)
    }

    /// A claim's statement, and its address.
    pub fn claim(&self, claim: &claim::Model) -> String {
        let link = self.page(&format!("/articles/{}?claim={}", claim.article_id, claim.id));
        format!("    {}\n    {link}\n", one_line(&claim.statement))
    }

    /// The end of a mail that a member asked for.
    pub fn end(&self, unsubscribe: &str) -> String {
        format!(
            "-- \nYou get this mail because you asked for it. To change that, sign in:\n{}\n\nTo \
             stop mails of this kind without signing in:\n{unsubscribe}\n",
            self.page("/account")
        )
    }
}

/// The subject and the beginning of an invitation.
pub fn invitation(place: &Place<'_>, token: &str, until: Moment) -> (String, String) {
    let name = place.name();
    let text = format!(
        "An admin of {name} invites you to check facts there.\n\nTo accept, open this link. It works \
         once, until {}:\n\n{}/invitation#{token}\n\nIf you do not know {name}, you can ignore \
         this mail.\n",
        time(until),
        place.public_url
    );
    (format!("Invitation to {name}"), text)
}

/// The subject and the text of a password reset.
pub fn password_reset(place: &Place<'_>, token: &str, until: Moment) -> (String, String) {
    let name = place.name();
    let text = format!(
        "An admin of {name} made a link with which you can set a new password.\n\nOpen this link. It \
         works once, until {}:\n\n{}/reset#{token}\n\nIf you did not ask for a new password, \
         ignore this mail. Your password stays the same.\n",
        time(until),
        place.public_url
    );
    (format!("A new password for {name}"), text)
}

/// The subject and the beginning of a mail about an assignment.
pub fn assigned(place: &Place<'_>, claim: &claim::Model, due: Option<Moment>) -> (String, String) {
    let name = place.name();
    let due =
        due.map_or_else(String::new, |due| format!("Your verdict is due by {}.\n\n", time(due)));
    let text = format!("You are asked to judge this claim:\n\n{}\n{due}", place.claim(claim));
    (format!("{name}: a claim to judge"), text)
}

/// The subject and the beginning of a mail about an assignment that is due within a day.
pub fn due(place: &Place<'_>, claim: &claim::Model, due: Moment) -> (String, String) {
    let text =
        format!("Your verdict on this claim is due by {}:\n\n{}\n", time(due), place.claim(claim));
    (format!("{}: a verdict is due soon", place.name()), text)
}

/// The subject and the beginning of a mail about stale verdicts on one article.
pub fn stale(place: &Place<'_>, claims: &[claim::Model]) -> (String, String) {
    let text = format!(
        "Words that you judged have changed. Read them again, and reaffirm your verdict or submit a \
         new one:\n\n{}\n",
        list(place, claims)
    );
    (format!("{}: words that you judged have changed", place.name()), text)
}

/// The subject and the beginning of a mail about a mention.
pub fn mentioned(place: &Place<'_>, author: &str, claim: &claim::Model) -> (String, String) {
    let text = format!(
        "{} mentioned you in a comment on this claim:\n\n{}\n",
        one_line(author),
        place.claim(claim)
    );
    (format!("{}: you are mentioned in a comment", place.name()), text)
}

/// The work of a member, for a digest.
pub struct Work {
    /// Claims that wait for a verdict: how many, how many of them are overdue, and the first.
    pub assigned: (i32, i32, Vec<claim::Model>),
    /// Claims with a stale verdict: how many, and the first.
    pub stale: (i32, Vec<claim::Model>),
    /// How many comments have mentioned the member since the last digest.
    pub mentions: usize,
}

/// The subject and the beginning of a digest. None if there is nothing to do.
pub fn digest(place: &Place<'_>, work: &Work) -> Option<(String, String)> {
    let (assigned, overdue, waiting) = &work.assigned;
    let (stale, outdated) = &work.stale;
    let late = if *overdue > 0 { format!(", {overdue} of them overdue") } else { String::new() };
    let waiting = format!(
        "Claims that wait for your verdict: {assigned}{late}\n\n{}\n",
        list(place, waiting)
    );
    let outdated = format!(
        "Claims whose words changed after you judged them: {stale}\n\n{}\n",
        list(place, outdated)
    );
    let mentions = format!("New comments that mention you: {}\n\n", work.mentions);
    let parts = [(*assigned > 0, waiting), (*stale > 0, outdated), (work.mentions > 0, mentions)];
    let text: String = parts.into_iter().filter(|(has, _)| *has).map(|(_, text)| text).collect();
    if text.is_empty() {
        return None;
    }
    let end = format!("All your work:\n{}\n\n", place.page(""));
    Some((format!("{}: your work", place.name()), text + &end))
}

fn list(place: &Place<'_>, claims: &[claim::Model]) -> String {
    claims.iter().map(|claim| place.claim(claim)).collect::<Vec<_>>().join("\n")
}

fn time(at: Moment) -> String {
    at.time().format("%-d %B %Y, %H:%M UTC").to_string()
}

/// The text on one line, without control characters, and not too long.
pub fn one_line(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut line: String = spaced.take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_line() {
        assert_eq!(one_line("a\r\nBcc: b\u{0}"), "a  Bcc: b ");
        assert_eq!(one_line(&"é".repeat(501)).chars().count(), 501);
        assert!(one_line(&"é".repeat(501)).ends_with('…'));
    }

    #[test]
    fn a_time_is_readable() {
        let at = Moment::read("2026-12-02T18:05:09Z").expect("a time");
        assert_eq!(time(at), "2 December 2026, 18:05 UTC");
    }
}
