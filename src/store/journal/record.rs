//! How one record of the journal is written: magic, length, hash, payload.

use crate::store::hash::ContentHash;
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Edit,
    /// The edits of this file before here are done with.
    Cleared,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub kind: Kind,
    pub file: Arc<str>,
    pub base: Option<ContentHash>,
    /// Seconds since 1970 in UTC.
    pub at: i64,
    pub text: String,
}

/// Begins every record, so that a journal in another form is told from a torn one.
const MAGIC: [u8; 4] = *b"CBJ1";
const HEADER: usize = MAGIC.len() + 4 + 32;

impl Record {
    pub(super) fn cleared(file: &str) -> Record {
        Record { kind: Kind::Cleared, file: file.into(), base: None, at: 0, text: String::new() }
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut payload = Vec::with_capacity(self.text.len() + self.file.len() + 64);
        payload.push(match self.kind {
            Kind::Edit => b'e',
            Kind::Cleared => b'c',
        });
        payload.extend(self.at.to_le_bytes());
        payload.push(u8::from(self.base.is_some()));
        payload.extend(self.base.map_or([0; 32], |base| *base.as_bytes()));
        payload.extend((self.file.len() as u32).to_le_bytes());
        payload.extend(self.file.as_bytes());
        payload.extend(self.text.as_bytes());
        let mut record = Vec::with_capacity(HEADER + payload.len());
        record.extend(MAGIC);
        record.extend((payload.len() as u32).to_le_bytes());
        record.extend(ContentHash::of(&payload).as_bytes());
        record.extend(payload);
        record
    }

    /// The first record of `from` and what follows it; `None` at the end and where a record is torn.
    pub(super) fn read(mut from: &[u8]) -> Option<(Record, &[u8])> {
        if take::<4>(&mut from)? != MAGIC {
            return None;
        }
        let length = usize::try_from(u32::from_le_bytes(take(&mut from)?)).ok()?;
        let hash: [u8; 32] = take(&mut from)?;
        let (payload, rest) = from.split_at_checked(length)?;
        if *ContentHash::of(payload).as_bytes() != hash {
            return None;
        }
        Some((Record::unpack(payload)?, rest))
    }

    fn unpack(mut payload: &[u8]) -> Option<Record> {
        let kind = match take::<1>(&mut payload)? {
            [b'e'] => Kind::Edit,
            [b'c'] => Kind::Cleared,
            _ => return None,
        };
        let at = i64::from_le_bytes(take(&mut payload)?);
        let has_base = take::<1>(&mut payload)? == [1];
        let base = ContentHash::from_bytes(take(&mut payload)?);
        let name = usize::try_from(u32::from_le_bytes(take(&mut payload)?)).ok()?;
        let (file, text) = payload.split_at_checked(name)?;
        let [file, text] = [file, text].map(|bytes| String::from_utf8(bytes.to_vec()).ok());
        Some(Record { kind, at, base: has_base.then_some(base), file: file?.into(), text: text? })
    }
}

fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = from.split_first_chunk::<N>()?;
    *from = rest;
    Some(*first)
}
