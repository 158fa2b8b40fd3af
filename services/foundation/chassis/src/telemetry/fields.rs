//! A span's fields as a JSON object, kept as text: what is recorded later is written behind what is there, and nothing is parsed
//! again. Every call has a span, and few have a line.

use std::fmt;

use serde::Serialize;
use tracing::{
    field::{Field, Visit},
    span::Record,
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FormatFields, FormattedFields, format::Writer},
};

pub(super) struct SpanFields;

impl<'w> FormatFields<'w> for SpanFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut object = Object { text: Vec::with_capacity(128) };
        object.text.push(b'{');
        fields.record(&mut object);
        object.text.push(b'}');
        writer.write_str(&object.written())
    }

    fn add_fields(&self, current: &'w mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let mut object = Object { text: std::mem::take(&mut current.fields).into_bytes() };
        if object.text.pop().is_none() {
            object.text.push(b'{');
        }
        fields.record(&mut object);
        object.text.push(b'}');
        current.fields = object.written();
        Ok(())
    }
}

struct Object {
    /// Members without the last brace.
    text: Vec<u8>,
}

impl Object {
    fn written(self) -> String {
        String::from_utf8(self.text).expect("JSON is text")
    }

    fn member(&mut self, field: &Field, value: impl Serialize) {
        let name = field.name();
        // What names a span for the collector of traces.
        if name.starts_with("otel.") {
            return;
        }
        if self.text.last() != Some(&b'{') {
            self.text.push(b',');
        }
        serde_json::to_writer(&mut self.text, name).expect("memory takes all that is written");
        self.text.push(b':');
        serde_json::to_writer(&mut self.text, &value).expect("texts and numbers are JSON");
    }
}

impl Visit for Object {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.member(field, format_args!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex, PoisonError},
    };

    use serde_json::Value;
    use tracing::field;
    use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(line);
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl<'w> MakeWriter<'w> for Lines {
        type Writer = Self;

        fn make_writer(&'w self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn a_line_has_its_spans_fields_whenever_they_were_recorded() {
        let lines = Lines::default();
        let json = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .fmt_fields(SpanFields)
            .with_writer(lines.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(json), || {
            let span =
                tracing::info_span!("rpc", otel.name = "n", method = "a \"quoted\" \n name", trace_id = field::Empty);
            span.record("trace_id", "0af7");
            let late = tracing::info_span!("work", later = field::Empty);
            late.record("later", 7);
            span.in_scope(|| tracing::warn!(code = 3, "said"));
            late.in_scope(|| tracing::warn!("said"));
        });
        let text = lines.0.lock().expect("nobody panicked").clone();
        let lines: Vec<Value> =
            text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
        assert_eq!(lines.len(), 2, "{}", String::from_utf8_lossy(&text));
        assert_eq!(lines[0]["code"], 3);
        let span = &lines[0]["span"];
        assert_eq!((&span["method"], &span["trace_id"]), (&"a \"quoted\" \n name".into(), &"0af7".into()));
        assert_eq!(span["otel.name"], Value::Null);
        assert_eq!(lines[1]["span"]["later"], 7);
    }
}
