//! A service's own measurements, as `/metrics` gives them: Prometheus' text format.

/// All that a service measured when it was asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Metrics(Vec<Sample>);

#[derive(Debug, Clone, PartialEq)]
struct Sample {
    name: String,
    labels: Vec<(String, String)>,
    value: f64,
}

impl Metrics {
    /// What is not understood is left out.
    pub fn parse(text: &str) -> Self {
        Self(text.lines().filter(|line| !line.starts_with('#')).filter_map(sample).collect())
    }

    /// The sum of a name's samples with these labels; `None` when there is none.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let values: Vec<f64> = self.of(name, labels).map(|sample| sample.value).collect();
        (!values.is_empty()).then(|| values.iter().sum())
    }

    /// The values that a label has among a name's samples, in the order in which they stand.
    pub fn labels(&self, name: &str, label: &str) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for sample in self.of(name, &[]) {
            let value = sample.labels.iter().find(|(key, _)| key == label).map(|(_, value)| value.clone());
            values.extend(value.filter(|value| !values.contains(value)));
        }
        values
    }

    /// The mean of a histogram; `None` while nothing was measured.
    pub fn mean(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let count = self.value(&format!("{name}_count"), labels).filter(|count| *count > 0.0)?;
        Some(self.value(&format!("{name}_sum"), labels)? / count)
    }

    /// A bound that the share of a histogram's measurements does not exceed: the least that is known. `None` while nothing was
    /// measured, or when the bound is none.
    pub fn within(&self, name: &str, labels: &[(&str, &str)], share: f64) -> Option<f64> {
        let buckets = format!("{name}_bucket");
        let mut bounds: Vec<(f64, f64)> = Vec::new();
        for sample in self.of(&buckets, labels) {
            let bound = sample.labels.iter().find(|(key, _)| key == "le")?.1.parse().ok()?;
            match bounds.iter_mut().find(|(known, _)| known.total_cmp(&bound).is_eq()) {
                Some((_, count)) => *count += sample.value,
                None => bounds.push((bound, sample.value)),
            }
        }
        bounds.sort_by(|a, b| a.0.total_cmp(&b.0));
        let all = bounds.last()?.1;
        let enough = bounds.iter().find(|(_, count)| all > 0.0 && *count >= all * share)?.0;
        enough.is_finite().then_some(enough)
    }

    fn of<'m>(&'m self, name: &'m str, labels: &'m [(&'m str, &'m str)]) -> impl Iterator<Item = &'m Sample> {
        let has = |sample: &Sample, key: &str, value: &str| sample.labels.iter().any(|(k, v)| k == key && v == value);
        self.0
            .iter()
            .filter(move |sample| sample.name == name && labels.iter().all(|(key, value)| has(sample, key, value)))
    }
}

/// `name{label="value",…} 1.5`
fn sample(line: &str) -> Option<Sample> {
    let (name, labels, value) = match line.split_once('{') {
        None => {
            let (name, value) = line.split_once(' ')?;
            (name, Vec::new(), value)
        }
        Some((name, rest)) => {
            let (labels, value) = labels(rest)?;
            (name, labels, value)
        }
    };
    let value = value.split_whitespace().next()?.parse().ok()?;
    Some(Sample { name: name.to_owned(), labels, value })
}

/// The labels up to the closing brace, and what stands after it.
fn labels(mut rest: &str) -> Option<(Vec<(String, String)>, &str)> {
    let mut labels = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return Some((labels, after.trim_start()));
        }
        let (key, quoted) = rest.split_once("=\"")?;
        let mut value = String::new();
        let mut chars = quoted.char_indices();
        let end = loop {
            match chars.next()? {
                (at, '"') => break at,
                (_, '\\') => match chars.next()?.1 {
                    'n' => value.push('\n'),
                    other => value.push(other),
                },
                (_, other) => value.push(other),
            }
        };
        labels.push((key.to_owned(), value));
        rest = &quoted[end + 1..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# HELP kim_rpc_duration_seconds Time of a call
# TYPE kim_rpc_duration_seconds histogram
kim_rpc_duration_seconds_bucket{code="OK",method="/a.B/C",le="0.001"} 90
kim_rpc_duration_seconds_bucket{code="OK",method="/a.B/C",le="0.01"} 99
kim_rpc_duration_seconds_bucket{code="OK",method="/a.B/C",le="+Inf"} 100
kim_rpc_duration_seconds_sum{code="OK",method="/a.B/C"} 0.2
kim_rpc_duration_seconds_count{code="OK",method="/a.B/C"} 100
kim_rpc_duration_seconds_count{code="INTERNAL",method="/a.B/\"C, {x}\""} 3
plain 7 1700000000
nonsense
"#;

    #[test]
    fn samples_are_summed_by_what_is_asked_for() {
        let metrics = Metrics::parse(TEXT);
        let count = "kim_rpc_duration_seconds_count";
        assert_eq!(metrics.value(count, &[]), Some(103.0));
        assert_eq!(metrics.value(count, &[("code", "INTERNAL")]), Some(3.0));
        assert_eq!(metrics.value(count, &[("method", "/a.B/\"C, {x}\"")]), Some(3.0));
        assert_eq!(metrics.value(count, &[("code", "ABORTED")]), None);
        assert_eq!(metrics.value("plain", &[]), Some(7.0));
        assert_eq!(metrics.labels(count, "code"), ["OK", "INTERNAL"]);
    }

    #[test]
    fn a_histogram_has_a_mean_and_a_bound_for_a_share() {
        let metrics = Metrics::parse(TEXT);
        let ok = [("code", "OK")];
        assert_eq!(metrics.mean("kim_rpc_duration_seconds", &ok), Some(0.002));
        assert_eq!(metrics.within("kim_rpc_duration_seconds", &ok, 0.9), Some(0.001));
        assert_eq!(metrics.within("kim_rpc_duration_seconds", &ok, 0.99), Some(0.01));
        assert_eq!(metrics.within("kim_rpc_duration_seconds", &ok, 0.999), None, "beyond the last bound");
        assert_eq!(metrics.mean("kim_log_append_seconds", &[]), None);
    }
}
