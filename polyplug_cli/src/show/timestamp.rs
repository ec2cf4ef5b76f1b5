//! A moment as programs exchange it.

use std::time::{Duration, SystemTime};

const DAY: u64 = 24 * 60 * 60;

/// RFC 3339 in UTC with milliseconds: `2026-11-21T23:22:30.123Z`.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    // A clock that is before 1970 is a wrong one; the line is worth more than its time.
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let (days, seconds) = (since.as_secs() / DAY, since.as_secs() % DAY);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let millis = since.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Year, month and day so many days after 1970-01-01.
fn date(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days >= days_of(year) {
        days -= days_of(year);
        year += 1;
    }
    let february = days_of(year) - 337;
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

fn days_of(year: u64) -> u64 {
    let every = |years| u64::is_multiple_of(year, years);
    let is_leap = every(4) && (!every(100) || every(400));
    if is_leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::rfc3339;
    use std::time::{Duration, SystemTime};

    #[test]
    fn moments_are_what_date_says() {
        // `date -u -d @SECONDS +%FT%T`
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.500Z"),
            (951_782_399, "2000-02-28T23:59:59.500Z"),
            (951_782_400, "2000-02-29T00:00:00.500Z"),
            (1_709_251_199, "2024-02-29T23:59:59.500Z"),
            (1_767_225_599, "2025-12-31T23:59:59.500Z"),
            (4_107_542_400, "2100-03-01T00:00:00.500Z"),
        ] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_millis(seconds * 1000 + 500);
            assert_eq!(rfc3339(time), text);
        }
    }
}
