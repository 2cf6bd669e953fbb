//! When a failed delivery is tried again: the schedule that the Standard Webhooks specification
//! recommends, with jitter.

use std::time::Duration;

use chrono::TimeDelta;

/// The seconds between an attempt that failed and the next one. The attempt after the last pause is
/// the last one, more than three days after the first.
const PAUSES: [i64; 9] =
    [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];

/// The longest pause that a receiver may ask for with `Retry-After`, in seconds.
const LONGEST: i64 = 24 * 3600;

/// The pause after this number of failed attempts. None if there is no further attempt.
///
/// `random` spreads the attempts of many webhooks over a fifth of the pause. `asked` is the pause
/// that the receiver asked for; a longer one than ours is kept, up to a day.
pub fn pause(failures: i32, random: u8, asked: Option<Duration>) -> Option<TimeDelta> {
    let index = usize::try_from(failures - 1).ok()?;
    let pause = *PAUSES.get(index)?;
    let jitter = pause * i64::from(random) / (5 * 255);
    let asked = asked.map_or(0, |asked| i64::try_from(asked.as_secs()).unwrap_or(LONGEST));
    Some(TimeDelta::seconds((pause + jitter).max(asked.min(LONGEST))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_go_on_for_three_days() {
        let total: i64 = PAUSES.iter().sum();
        assert_eq!(total, 75 * 3600 + 35 * 60 + 5);
        assert!(pause(9, 0, None).is_some());
        assert_eq!(pause(10, 0, None), None);
    }

    #[test]
    fn a_pause_has_jitter_and_respects_the_receiver() {
        assert_eq!(pause(2, 0, None), Some(TimeDelta::seconds(300)));
        assert_eq!(pause(2, 255, None), Some(TimeDelta::seconds(360)));
        let asked = |seconds| pause(2, 0, Some(Duration::from_secs(seconds)));
        assert_eq!(asked(1), Some(TimeDelta::seconds(300)));
        assert_eq!(asked(900), Some(TimeDelta::seconds(900)));
        assert_eq!(asked(u64::MAX), Some(TimeDelta::days(1)));
    }
}
