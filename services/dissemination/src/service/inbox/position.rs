//! Up to where somebody knows an inbox: a position of the log, as an opaque text.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kim_desk::words::Words;
use kim_eventlog::{LogId, Position};
use tonic::{Code, Status};
use uuid::Uuid;

pub(super) fn write(log: LogId, position: Position) -> String {
    URL_SAFE_NO_PAD.encode([log.0.as_bytes().as_slice(), &position.get().to_be_bytes()].concat())
}

/// The position of a token of this log, which has come to `at`.
pub(super) fn read(token: &str, log: LogId, at: Position) -> Result<Position, Status> {
    let known = (|| {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (id, position) = bytes.split_first_chunk::<16>()?;
        let position = Position::new(i64::from_be_bytes(position.try_into().ok()?))?;
        (Uuid::from_bytes(*id) == log.0 && position <= at).then_some(position)
    })();
    known.ok_or_else(|| {
        Words::new(
            "POSITION_TOKEN_INVALID",
            "Penanda kotak masuk ini tidak dikenal.",
            "Muat ulang kotak masuknya, lalu ikuti dari penanda yang baru.",
        )
        .fault(Code::InvalidArgument, "position_token is not of this log, or lies beyond it")
        .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(position: i64) -> Position {
        Position::new(position).expect("a position")
    }

    #[test]
    fn a_token_holds_for_its_log_and_not_beyond_its_head() {
        let [log, other] = [1, 2].map(|id| LogId(Uuid::from_u128(id)));
        let token = write(log, at(7));
        assert_eq!(read(&token, log, at(7)).ok(), Some(at(7)));
        for (token, log, head) in [(token.as_str(), other, 7), (&token, log, 6), ("x", log, 7), ("", log, 7)] {
            let refused = read(token, log, at(head)).expect_err("it is refused");
            assert_eq!(refused.code(), Code::InvalidArgument, "{token}");
        }
    }
}
