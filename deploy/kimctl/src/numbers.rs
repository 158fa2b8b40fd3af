//! Numbers the Indonesian way.

/// Thousands with points: `140.223`.
#[must_use]
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "−".to_owned() } else { String::new() };
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// One decimal: `1,2`.
#[must_use]
pub fn decimal(number: f64) -> String {
    format!("{number:.1}").replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_have_points_and_decimals_a_comma() {
        for (number, text) in [(0, "0"), (999, "999"), (9_000, "9.000"), (-1_234_567, "−1.234.567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(decimal(1.25), "1,2");
    }
}
