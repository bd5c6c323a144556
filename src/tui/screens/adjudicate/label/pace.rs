//! How fast it goes, and when a pause would do good.

/// Labels that the pace is taken from.
const RECENT: usize = 20;
/// Seconds without a label that count as a pause.
const PAUSE: i64 = 300;

/// When the case came on the screen, and how long the last ones took. All times are seconds since 1970.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    recent: Vec<u64>,
    /// When the case that is on the screen came there.
    shown: Option<i64>,
    /// When labeling began after the last pause, and when it went on last.
    since: Option<i64>,
    latest: Option<i64>,
    reminded: bool,
}

impl Pace {
    /// A case came on the screen.
    pub fn shows(&mut self, now: i64) {
        self.shown = Some(now);
    }

    /// Seconds since the case came on the screen.
    pub fn seconds(&self, now: i64) -> Option<u64> {
        u64::try_from(now - self.shown?).ok()
    }

    /// A label was given.
    pub fn labeled(&mut self, now: i64) {
        if self.latest.is_some_and(|latest| now - latest >= PAUSE) {
            self.since = None;
            self.reminded = false;
        }
        let began = self.shown.filter(|shown| now - shown < PAUSE).unwrap_or(now);
        self.since.get_or_insert(began);
        self.latest = Some(now);
        if let Some(seconds) = self.seconds(now) {
            if self.recent.len() == RECENT {
                self.recent.remove(0);
            }
            self.recent.push(seconds);
        }
    }

    /// Seconds a case in the middle of the last ones: one that was left open over lunch does not count.
    pub fn usual(&self) -> Option<u64> {
        let mut recent = self.recent.clone();
        recent.sort_unstable();
        recent.get(recent.len() / 2).copied()
    }

    /// "12 s a case · 9 min left", once there is a pace.
    pub fn words(&self, left: usize) -> Option<String> {
        let usual = self.usual()?;
        let each = if usual < 120 { format!("{usual} s a case") } else { format!("{} min a case", usual / 60) };
        Some(format!("{each} · {} left", duration(usual.max(1) * left as u64)))
    }

    /// Minutes of labeling without a pause, once they are more than wanted; told once between two pauses.
    pub fn reminder(&mut self, wanted: u32) -> Option<u64> {
        let minutes = u64::try_from(self.latest? - self.since?).ok()? / 60;
        let due = wanted > 0 && minutes >= u64::from(wanted) && !self.reminded;
        self.reminded |= due;
        due.then_some(minutes)
    }
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels given at these seconds, each case on the screen when the one before was labeled.
    fn after(times: &[i64]) -> Pace {
        let mut pace = Pace::default();
        pace.shows(0);
        for &at in times {
            pace.labeled(at);
            pace.shows(at);
        }
        pace
    }

    #[test]
    fn the_pace_is_that_of_the_last_cases() {
        fn check(times: &[i64], left: usize, expect: Option<&str>) {
            assert_eq!(after(times).words(left).as_deref(), expect, "{times:?}");
        }
        check(&[], 5, None);
        check(&[10, 22, 30], 60, Some("10 s a case · 10 min left"));
        check(&[10, 20, 5000, 5010], 2, Some("10 s a case · 20 s left"));
        check(&[400, 800], 30, Some("6 min a case · 3 h left"));
    }

    #[test]
    fn a_pause_is_reminded_of_once_and_pauses_count() {
        let steady: Vec<i64> = (1..=20).map(|n| n * 60).collect();
        let mut pace = after(&steady);
        assert_eq!((pace.reminder(25), pace.reminder(0)), (None, None));
        assert_eq!((pace.reminder(20), pace.reminder(20)), (Some(20), None));
        pace.labeled(1200 + 600);
        assert_eq!(pace.reminder(20), None);
        (1..=20).for_each(|n| pace.labeled(1800 + n * 60));
        assert_eq!(pace.reminder(20), Some(20));
    }
}
