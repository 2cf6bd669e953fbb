//! Rounds. Subjects and baselines are measured alternately, so a busy machine affects both equally.

use std::fmt;

use crate::wrk::{Load, Reading};

/// The length and the number of rounds.
#[derive(Clone, Copy)]
pub struct Plan {
    pub rounds: usize,
    pub seconds: u32,
}

/// The named rounds of a subject and of its baseline.
pub struct Compared {
    subject: (String, Vec<Reading>),
    baseline: Option<(String, Vec<Reading>)>,
}

/// Anything that can be measured for some seconds at a number of connections.
pub trait Subject {
    /// Measures it.
    fn send(&self, connections: u32, seconds: u32) -> anyhow::Result<Reading>;
}

impl Subject for Load {
    fn send(&self, connections: u32, seconds: u32) -> anyhow::Result<Reading> {
        Self::send(self, connections, seconds)
    }
}

/// A subject and its name.
pub type Named<'a> = (&'a str, &'a dyn Subject);

/// Measures a load at each planned number of connections, alternating with its baseline.
pub fn compare(
    plan: Plan,
    connections: u32,
    subject: Named<'_>,
    baseline: Option<Named<'_>>,
) -> anyhow::Result<Compared> {
    let both: Vec<Named<'_>> = [Some(subject), baseline].into_iter().flatten().collect();
    for (_, load) in &both {
        load.send(connections, 1)?;
    }
    let mut readings = vec![Vec::new(); both.len()];
    for round in 0..plan.rounds {
        // The order is reversed in every other round.
        let mut turns: Vec<_> = both.iter().zip(&mut readings).collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for ((_, load), readings) in turns {
            readings.push(load.send(connections, plan.seconds)?);
        }
    }
    let mut named = both.iter().map(|(name, _)| (*name).to_owned()).zip(readings);
    let subject = named.next().ok_or_else(|| anyhow::anyhow!("nothing was measured"))?;
    Ok(Compared { subject, baseline: named.next() })
}

/// The figure that is taken from a round.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Rate,
    P50,
    P99,
}

impl Figure {
    const fn of(self, reading: &Reading) -> f64 {
        match self {
            Self::Rate => reading.rate,
            Self::P50 => reading.p50,
            Self::P99 => reading.p99,
        }
    }
}

impl Compared {
    /// One round of a subject without a baseline.
    pub fn once(name: &str, reading: Reading) -> Self {
        Self { subject: (name.to_owned(), vec![reading]), baseline: None }
    }

    /// The subject.
    pub fn subject(&self) -> Medians<'_> {
        Medians::of(&self.subject)
    }

    /// The baseline.
    pub fn baseline(&self) -> Option<Medians<'_>> {
        self.baseline.as_ref().map(Medians::of)
    }

    /// The ratio of the subject's figure to the baseline's: the median of the ratios per round.
    /// Both figures of a round come from the same conditions.
    pub fn ratio(&self, figure: Figure) -> Option<f64> {
        let baseline = &self.baseline.as_ref()?.1;
        Some(median(
            self.subject
                .1
                .iter()
                .zip(baseline)
                .map(|(subject, baseline)| figure.of(subject) / figure.of(baseline)),
        ))
    }
}

/// The medians of several rounds.
pub struct Medians<'a> {
    pub name: &'a str,
    pub rate: f64,
    pub p50: f64,
    pub p99: f64,
}

impl<'a> Medians<'a> {
    fn of((name, readings): &'a (String, Vec<Reading>)) -> Self {
        let of = |figure: Figure| median(readings.iter().map(|reading| figure.of(reading)));
        Self { name, rate: of(Figure::Rate), p50: of(Figure::P50), p99: of(Figure::P99) }
    }
}

/// The median. For an even number of values, the mean of the two in the middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle.wrapping_sub(1)), values.get(middle)) {
        (Some(below), Some(at)) if values.len().is_multiple_of(2) => f64::midpoint(*below, *at),
        (_, Some(at)) => *at,
        (_, None) => f64::NAN,
    }
}

/// A target, and whether it was met.
pub struct Target {
    pub what: String,
    pub got: f64,
    pub bound: Bound,
}

/// Whether the target is a minimum or a maximum.
#[derive(Clone, Copy)]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    /// Whether the target was met.
    pub fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtLeast(least) => self.got >= least,
            Bound::AtMost(most) => self.got <= most,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "at least {least}"),
            Self::AtMost(most) => write!(f, "at most {most}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_lies_in_the_middle() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median([4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median([]).is_nan());
    }

    #[test]
    fn a_target_is_met_on_its_own_side() {
        let met = |got, bound| Target { what: String::new(), got, bound }.is_met();
        assert!(met(0.6, Bound::AtLeast(0.6)) && !met(0.59, Bound::AtLeast(0.6)));
        assert!(met(8.0, Bound::AtMost(8.0)) && !met(9.0, Bound::AtMost(8.0)));
        assert!(
            !met(f64::NAN, Bound::AtMost(8.0)) && !met(f64::NAN, Bound::AtLeast(0.6)),
            "a missing figure does not meet the target"
        );
    }
}
