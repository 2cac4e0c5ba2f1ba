//! What comes from a client, as bytes: splits them into messages and passes on those that are well formed.
//!
//! Invariant: whoever reads from an [`Inlet`] meets nothing but complete, valid JSON-RPC messages. The reader behind it
//! ends at the first malformed one, and with it the server; here it is replaced by a request that asks for the
//! error answer it deserves.

use std::borrow::Cow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tower_lsp::jsonrpc::Request;

use crate::server::lifecycle::Ending;
use crate::server::log;

/// The method of the request that stands for what is no JSON.
pub const MALFORMED: &str = "$studymark/malformed";

/// The method of the request that stands for JSON that is no message.
pub const INVALID: &str = "$studymark/invalid";

/// The largest message that is taken, in bytes.
const MAX_MESSAGE_BYTES: usize = 256 * 1024 * 1024;

/// The largest block of headers.
const MAX_HEADER_BYTES: usize = 8 * 1024;

/// A reader that lets only whole and valid messages pass.
pub struct Inlet<R> {
    reader: R,
    ending: Ending,
    /// Bytes that are not a whole message yet.
    raw: Vec<u8>,
    /// Messages that may be read, from `passed` on.
    checked: Vec<u8>,
    passed: usize,
}

impl<R> Inlet<R> {
    /// Reads from `reader`, and tells `ending` when there is no more.
    pub fn new(reader: R, ending: Ending) -> Self {
        Self { reader, ending, raw: Vec::new(), checked: Vec::new(), passed: 0 }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Inlet<R> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.passed < this.checked.len() {
                let rest = &this.checked[this.passed..];
                let count = rest.len().min(into.remaining());
                into.put_slice(&rest[..count]);
                this.passed += count;
                return Poll::Ready(Ok(()));
            }
            this.checked.clear();
            this.passed = 0;
            let mut space = [0; 16 * 1024];
            let mut chunk = ReadBuf::new(&mut space);
            let read = ready!(Pin::new(&mut this.reader).poll_read(context, &mut chunk));
            if read.is_err() || chunk.filled().is_empty() {
                // A connection that broke has ended as well.
                this.ending.soon();
                return Poll::Ready(Ok(()));
            }
            this.raw.extend_from_slice(chunk.filled());
            check(&mut this.raw, &mut this.checked);
        }
    }
}

/// Moves every whole message from `raw` to `checked`.
fn check(raw: &mut Vec<u8>, checked: &mut Vec<u8>) {
    let mut at = 0;
    loop {
        let rest = &raw[at..];
        match headers(rest) {
            Headers::Partial => break,
            Headers::Garbage { skip } => {
                log::warn("skipped bytes from the client that are no message");
                put(checked, &stand_in(MALFORMED));
                at += skip;
            }
            Headers::Whole { length, body } => {
                let Some(message) = rest.get(body..body + length) else { break };
                if !message.is_empty() {
                    put(checked, &valid(message));
                }
                at += body + length;
            }
        }
    }
    raw.drain(..at);
}

enum Headers {
    /// More bytes are needed.
    Partial,
    /// A message of `length` bytes starts at `body`.
    Whole { length: usize, body: usize },
    /// No headers; reading may go on after `skip` bytes.
    Garbage { skip: usize },
}

/// Reads the headers at the start of `bytes`. Names are taken in any case, as in HTTP, and unknown ones are passed over.
fn headers(bytes: &[u8]) -> Headers {
    let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else {
        return match bytes.len() > MAX_HEADER_BYTES {
            true => Headers::Garbage { skip: next_headers(bytes, 1).unwrap_or(bytes.len()) },
            false => Headers::Partial,
        };
    };
    let length = std::str::from_utf8(&bytes[..end]).ok().and_then(|text| {
        let (_, value) = text
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("Content-Length"))?;
        value.trim().parse().ok().filter(|&length| length <= MAX_MESSAGE_BYTES)
    });
    match length {
        Some(length) => Headers::Whole { length, body: end + 4 },
        // Headers may follow in the midst of garbage.
        None => Headers::Garbage { skip: next_headers(&bytes[..end], 1).unwrap_or(end + 4) },
    }
}

/// Where, at byte `from` or later, the next headers open.
fn next_headers(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..)?, b"Content-Length").map(|at| from + at)
}

/// The message itself when it is one, else what stands for it.
fn valid(message: &[u8]) -> Cow<'_, [u8]> {
    // An editor that cuts an emoji in two sends half a surrogate pair, which is no Unicode. U+FFFD is as wide.
    let message = mend_surrogates(message);
    match serde_json::from_slice::<Request>(&message) {
        Ok(_) => message,
        Err(error) if error.is_data() => {
            log::warn(format_args!("a message from the client is no JSON-RPC: {error}"));
            stand_in(INVALID).into()
        }
        Err(error) => {
            log::warn(format_args!("a message from the client is no JSON: {error}"));
            stand_in(MALFORMED).into()
        }
    }
}

fn stand_in(method: &str) -> Vec<u8> {
    format!(r#"{{"jsonrpc":"2.0","id":null,"method":"{method}"}}"#).into_bytes()
}

fn put(checked: &mut Vec<u8>, message: &[u8]) {
    checked.extend_from_slice(format!("Content-Length: {}\r\n\r\n", message.len()).as_bytes());
    checked.extend_from_slice(message);
}

/// Replaces each half of a surrogate pair (`\ud83d` without its `\ude00`) by `\ufffd`.
fn mend_surrogates(message: &[u8]) -> Cow<'_, [u8]> {
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(found) = message.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        let escape = at + found;
        at = escape + 2;
        let Some(unit) = unit_at(message, escape) else { continue };
        at = escape + 6;
        match unit {
            0xD800..=0xDBFF if matches!(unit_at(message, at), Some(0xDC00..=0xDFFF)) => at += 6,
            0xD800..=0xDFFF => {
                let bytes = mended.get_or_insert_with(|| message.to_vec());
                bytes[escape + 2..escape + 6].copy_from_slice(b"fffd");
            }
            _ => {}
        }
    }
    mended.map_or(Cow::Borrowed(message), Cow::Owned)
}

/// The code unit that the escape at byte `at` writes: 0xE8 for `\u00e8`.
fn unit_at(message: &[u8], at: usize) -> Option<u16> {
    let digits = message.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{check, mend_surrogates};
    use expect_test::{Expect, expect};

    /// What passes, one line a message, when the bytes come in pieces of `size`.
    fn passed(bytes: &str, size: usize) -> String {
        let (mut raw, mut checked) = (Vec::new(), Vec::new());
        for piece in bytes.as_bytes().chunks(size) {
            raw.extend_from_slice(piece);
            check(&mut raw, &mut checked);
        }
        String::from_utf8(checked).unwrap().replace("\r\n\r\n", " ").replace("}Content", "}\nContent")
    }

    fn expect_passed(bytes: &str, expected: &Expect) {
        expected.assert_eq(&passed(bytes, usize::MAX));
        expected.assert_eq(&passed(bytes, 1));
    }

    fn framed(message: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{message}", message.len())
    }

    #[test]
    fn whole_messages_pass() {
        let bytes = framed(r#"{"jsonrpc":"2.0","method":"闭包"}"#)
            + "content-type: x\r\nX: y\r\ncontent-length: 38\r\n\r\n"
            + r#"{"jsonrpc":"2.0","id":1,"result":null}"#;
        expect_passed(
            &bytes,
            &expect![[r#"
                Content-Length: 35 {"jsonrpc":"2.0","method":"闭包"}
                Content-Length: 38 {"jsonrpc":"2.0","id":1,"result":null}"#]],
        );
    }

    #[test]
    fn the_malformed_is_replaced_and_reading_goes_on() {
        let well = framed(r#"{"jsonrpc":"2.0","method":"a"}"#);
        let bytes = [
            framed("{nonsense"),
            framed(r#"["no", "message"]"#),
            framed(r#"{"jsonrpc":"1.0","method":"a"}"#),
            framed(""),
            well.clone(),
            "Content-Length: many\r\n\r\n".to_owned(),
            well,
        ]
        .concat();
        expect_passed(
            &bytes,
            &expect![[r#"
                Content-Length: 59 {"jsonrpc":"2.0","id":null,"method":"$studymark/malformed"}
                Content-Length: 57 {"jsonrpc":"2.0","id":null,"method":"$studymark/invalid"}
                Content-Length: 57 {"jsonrpc":"2.0","id":null,"method":"$studymark/invalid"}
                Content-Length: 30 {"jsonrpc":"2.0","method":"a"}
                Content-Length: 59 {"jsonrpc":"2.0","id":null,"method":"$studymark/malformed"}
                Content-Length: 30 {"jsonrpc":"2.0","method":"a"}"#]],
        );
    }

    #[test]
    fn half_a_surrogate_pair_is_one_character() {
        let mended = |text: &str| String::from_utf8(mend_surrogates(text.as_bytes()).into_owned()).unwrap();
        assert_eq!(mended(r#""\ud83d\ude00""#), r#""\ud83d\ude00""#);
        assert_eq!(mended(r#""\ud83d""#), r#""\ufffd""#);
        assert_eq!(mended(r#""\ude00\ud83dx\\ud83d""#), r#""\ufffd\ufffdx\\ud83d""#);
        assert_eq!(mended("\"\\"), "\"\\");
    }
}
