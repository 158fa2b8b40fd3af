//! How long a call may take.

use std::time::Duration;

use http::HeaderMap;

const TIMEOUT: &str = "grpc-timeout";

/// The transport below counts the client's time too, and would end the call as CANCELLED without a word of explanation.
/// By this much we are earlier.
const AHEAD: Duration = Duration::from_millis(2);

/// What the client allows, from its `grpc-timeout`; `None` without one, or with one that is malformed.
pub(super) fn of_client(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(TIMEOUT)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount = digits.parse::<u64>().ok()?;
    let timeout = match unit {
        "H" => Duration::from_secs(amount * 3600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    };
    Some(timeout.saturating_sub(AHEAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clients_timeout_is_read_as_the_protocol_says() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(TIMEOUT, text.parse().unwrap());
            of_client(&headers).map(|timeout| timeout + AHEAD)
        };
        assert_eq!(read("100m"), Some(Duration::from_millis(100)));
        assert_eq!(read("5S"), Some(Duration::from_secs(5)));
        assert_eq!(read("99999999H"), Some(Duration::from_hours(99_999_999)));
        for malformed in ["", "m", "100", "-1S", "1.5S", "100000000S", "5s"] {
            assert_eq!(read(malformed), None, "{malformed:?}");
        }
        assert_eq!(of_client(&HeaderMap::new()), None);
    }

    #[test]
    fn a_timeout_of_nothing_is_nothing() {
        let mut headers = HeaderMap::new();
        headers.insert(TIMEOUT, "1n".parse().unwrap());
        assert_eq!(of_client(&headers), Some(Duration::ZERO));
    }
}
