//! A citation can answer a question about the claim.
//!
//! Invariants: an answer has a question, and a question has an answer and its form. Only a question
//! that nothing answers may be without an answer.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;

use super::CitedSource;
use crate::domain::error::{Error, Reason, Result};
use crate::domain::text_input;

/// The form of an answer to a question about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum AnswerType {
    /// Words of the source.
    #[sea_orm(string_value = "EXTRACTIVE")]
    Extractive,
    /// The reviewer's own words.
    #[sea_orm(string_value = "ABSTRACTIVE")]
    Abstractive,
    /// Yes or no. The reason can follow.
    #[sea_orm(string_value = "BOOLEAN")]
    Boolean,
    /// The reviewer searched and found no answer.
    #[sea_orm(string_value = "UNANSWERABLE")]
    Unanswerable,
}

/// Parses the question of a citation and its answer.
pub(super) fn parse(cited: &mut CitedSource) -> Result<()> {
    let blank = |text: &String| text.trim().is_empty();
    let question = cited.question.take().filter(|text| !blank(text));
    let answer = cited.answer.take().filter(|text| !blank(text));
    cited.question = text_input::optional(question.as_deref(), |text| {
        text_input::joined_line("question", text, 500)
    })?;
    cited.answer =
        text_input::optional(answer.as_deref(), |text| text_input::prose("answer", text, 5000))?;
    if cited.question.is_none() {
        if cited.answer.is_some() || cited.answer_type.is_some() {
            let message = "`question` is missing. An answer needs the question that it answers.";
            return Err(Error::invalid("question", Reason::Empty, message));
        }
        return Ok(());
    }
    let form = cited.answer_type.unwrap_or(AnswerType::Abstractive);
    if cited.answer.is_none() && form != AnswerType::Unanswerable {
        let message = "`answer` is missing. If no answer could be found, send UNANSWERABLE as \
                       `answerType`.";
        return Err(Error::invalid("answer", Reason::Empty, message));
    }
    cited.answer_type = Some(form);
    Ok(())
}
