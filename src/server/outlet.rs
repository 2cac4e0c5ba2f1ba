//! What goes to a client, as bytes: large results are made as JSON text where their facts are, and are put into the stream
//! here, in place of what stood for them on the way through the layers of the protocol, which would make a tree of each.
//!
//! Invariant: every message leaves whole and with its true length; messages without such a text leave as they came.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use tokio::io::AsyncWrite;

use crate::server::lifecycle::Ending;

/// In front of JSON that is text, where a [`Value`] is expected. Nothing else that is sent begins so.
const MARK: &str = "\u{0}json ";

/// In what stands for a text, in front of its number.
const STAND_IN: &str = "studymark-text-";

/// A message in which something stands for a text is no longer than this; see [`Texts::keep`].
const LONGEST_STAND_IN: usize = 4 * 1024;

/// A result or the parameters of a notification as JSON text.
pub struct Json(String);

impl Json {
    /// The text of a value. One that has none (a map whose keys are no strings) is `null`.
    pub fn of_value(value: &impl Serialize) -> Self {
        Self(serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()))
    }

    /// An object with one field, which is a list of these.
    pub fn object_of_list<'a>(field: &str, items: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut text = format!("{{{}:[", Value::from(field));
        for (index, item) in items.into_iter().enumerate() {
            text.extend([if index == 0 { "" } else { "," }, &item.0]);
        }
        text += "]}";
        Self(text)
    }

    /// The text in a value that an instance of this became on its way; `None` for any other value.
    pub fn in_value(value: &mut Value) -> Option<Self> {
        match value {
            Value::String(text) if text.starts_with(MARK) => {
                Some(Self(std::mem::take(text).split_off(MARK.len())))
            }
            _ => None,
        }
    }

    /// The value that the text says.
    pub fn parsed(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{MARK}{}", self.0))
    }
}

/// Parameters of a notification have to be readable.
impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self::of_value(&value))
    }
}

/// Texts on their way to the client, by number; cheap to clone.
#[derive(Clone)]
pub struct Texts {
    /// Which nobody who writes notes can guess.
    secret: u64,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    last: u64,
    texts: HashMap<u64, String>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { secret: RandomState::new().build_hasher().finish(), kept: Arc::default() }
    }
}

impl Texts {
    /// Keeps a text until it is written, and gives what is to stand for it in a message that is short but for it.
    pub fn keep(&self, json: Json) -> Value {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last += 1;
        let number = kept.last;
        kept.texts.insert(number, json.0);
        format!("{STAND_IN}{:016x}-{number}", self.secret).into()
    }

    /// The text that something in a message stands for, with where that stands, quotes included.
    fn take(&self, message: &str) -> Option<(usize, usize, String)> {
        let start = message.find(STAND_IN)?;
        let rest = message[start + STAND_IN.len()..].strip_prefix(&format!("{:016x}-", self.secret))?;
        let digits = rest.find('"')?;
        let end = message.len() - rest.len() + digits + 1;
        let number = rest[..digits].parse().ok()?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Some((start.checked_sub(1)?, end, kept.texts.remove(&number)?))
    }
}

/// A writer that puts texts in their places, and ends the server when nobody reads.
pub struct Outlet<W> {
    writer: W,
    ending: Ending,
    texts: Texts,
    /// The start of a message, of which it is not known yet whether something stands for a text in it.
    held: Vec<u8>,
    /// So many bytes of the message that came last are still to be passed on as they are.
    passing: usize,
    /// What is to be written, the first piece from `written` on.
    pieces: Vec<Vec<u8>>,
    written: usize,
}

impl<W> Outlet<W> {
    /// Writes to `writer`, and tells `ending` when that fails.
    pub fn new(writer: W, ending: Ending, texts: Texts) -> Self {
        Self { writer, ending, texts, held: Vec::new(), passing: 0, pieces: Vec::new(), written: 0 }
    }

    fn watched<T>(&self, polled: Poll<std::io::Result<T>>) -> Poll<std::io::Result<T>> {
        if let Poll::Ready(Err(_)) = &polled {
            self.ending.now();
        }
        polled
    }

    /// Takes the start of what comes next from `bytes`; returns how many.
    fn hold(&mut self, bytes: &[u8]) -> usize {
        let before = self.held.len();
        let most = LONGEST_STAND_IN.saturating_sub(before).min(bytes.len());
        self.held.extend_from_slice(&bytes[..most]);
        let whole = match length(&self.held) {
            Some(whole) if whole <= self.held.len() => {
                self.held.truncate(whole);
                self.release();
                return whole.saturating_sub(before);
            }
            Some(whole) => whole,
            None => self.held.len(),
        };
        // Longer than one in which something stands for a text, or nothing that one knows.
        if whole > LONGEST_STAND_IN || self.held.len() == LONGEST_STAND_IN {
            self.passing = whole - self.held.len();
            self.pieces.push(std::mem::take(&mut self.held));
        }
        most
    }

    /// Lets a whole message go, with the text for which something stands in it.
    fn release(&mut self) {
        let message = std::mem::take(&mut self.held);
        let body = header_length(&message).unwrap_or_default();
        let taken = std::str::from_utf8(&message[body..]).ok().and_then(|message| self.texts.take(message));
        let Some((start, end, text)) = taken else { return self.pieces.push(message) };
        let (before, after) = (&message[body..body + start], &message[body + end..]);
        let length = before.len() + text.len() + after.len();
        let mut head = format!("Content-Length: {length}\r\n\r\n").into_bytes();
        head.extend_from_slice(before);
        let after = after.to_vec();
        self.pieces.extend([head, text.into_bytes(), after]);
    }
}

impl<W: AsyncWrite + Unpin> Outlet<W> {
    /// Writes what is ready to be written.
    fn poll_pieces(&mut self, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        while let Some(piece) = self.pieces.first() {
            if self.written == piece.len() {
                self.pieces.remove(0);
                self.written = 0;
                continue;
            }
            let polled = Pin::new(&mut self.writer).poll_write(context, &piece[self.written..]);
            match ready!(self.watched(polled))? {
                0 => return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into())),
                count => self.written += count,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// How long the headers of a message are, with the blank line behind them.
fn header_length(message: &[u8]) -> Option<usize> {
    memchr::memmem::find(message, b"\r\n\r\n").map(|at| at + 4)
}

/// How long a message is, headers included; `None` while they are not all there.
fn length(message: &[u8]) -> Option<usize> {
    let body = header_length(message)?;
    let headers = std::str::from_utf8(&message[..body]).ok()?;
    let (_, value) = headers.lines().find_map(|line| line.split_once(':'))?;
    body.checked_add(value.trim().parse().ok()?)
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Outlet<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        ready!(self.poll_pieces(context))?;
        if self.passing > 0 {
            let most = self.passing.min(bytes.len());
            let polled = Pin::new(&mut self.writer).poll_write(context, &bytes[..most]);
            let count = ready!(self.watched(polled))?;
            self.passing -= count;
            return Poll::Ready(Ok(count));
        }
        let taken = self.hold(bytes);
        // What could not be written yet is written with the next bytes, or at the flush that follows them.
        if let Poll::Ready(Err(error)) = self.poll_pieces(context) {
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        ready!(self.poll_pieces(context))?;
        let polled = Pin::new(&mut self.writer).poll_flush(context);
        self.watched(polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        ready!(self.poll_pieces(context))?;
        Pin::new(&mut self.writer).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, LONGEST_STAND_IN, Outlet, Texts};
    use crate::server::lifecycle::Ending;
    use serde_json::{Value, json};
    use tokio::io::AsyncWriteExt;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    /// What a client reads when these messages are written in pieces of so many bytes.
    async fn written(texts: &Texts, messages: &[String], piece: usize) -> String {
        let mut read = Vec::new();
        let mut outlet = Outlet::new(&mut read, Ending::default(), texts.clone());
        for bytes in messages.concat().as_bytes().chunks(piece) {
            outlet.write_all(bytes).await.unwrap();
        }
        outlet.flush().await.unwrap();
        String::from_utf8(read).unwrap()
    }

    #[tokio::test]
    async fn a_text_stands_where_something_stood_for_it() {
        let long = "长".repeat(LONGEST_STAND_IN);
        for piece in [1, 7, 4_000, 1 << 20] {
            let texts = Texts::default();
            let answer =
                json!({"jsonrpc": "2.0", "result": texts.keep(Json::of_value(&json!([1, "二"]))), "id": 1});
            let second = json!({"params": texts.keep(Json::of_value(&long))});
            let forged = json!({"hover": "studymark-text-0000000000000000-1"}).to_string();
            let plain = json!({"hover": long}).to_string();
            let messages =
                [&forged, &answer.to_string(), &plain, &second.to_string(), "", &forged].map(framed);
            let expected = [
                forged.clone(),
                json!({"jsonrpc": "2.0", "result": [1, "二"], "id": 1}).to_string(),
                plain.clone(),
                json!({"params": long}).to_string(),
                String::new(),
                forged.clone(),
            ];
            let expected: String = expected.iter().map(|body| framed(body)).collect();
            assert_eq!(written(&texts, &messages, piece).await, expected, "in pieces of {piece}");
            assert!(texts.kept.lock().unwrap().texts.is_empty());
        }
    }

    #[test]
    fn a_text_passes_through_a_value_as_it_is() {
        let mut value = serde_json::to_value(Json::of_value(&json!({"a": "闭"}))).unwrap();
        let json = Json::in_value(&mut value).unwrap();
        assert_eq!(json.parsed(), json!({"a": "闭"}));
        assert!(Json::in_value(&mut Value::from("json {}")).is_none());
        let list = Json::object_of_list("a", [&Json::of_value(&1), &Json::of_value(&"二")]);
        assert_eq!(list.parsed(), json!({"a": [1, "二"]}));
        assert_eq!(Json::object_of_list("a", []).parsed(), json!({"a": []}));
    }
}
