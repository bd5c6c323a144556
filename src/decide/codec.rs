//! Numbers and lists as bytes and back, for results that are kept beside the text that they were computed from.
//!
//! Nothing that is read is trusted: whatever is not there is `None`.

/// Numbers little-endian, lists after their length.
#[derive(Debug, Default)]
pub(crate) struct Writer(pub Vec<u8>);

impl Writer {
    pub fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.u64(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    pub fn u32s(&mut self, values: &[u32]) {
        self.u64(values.len() as u64);
        values.iter().for_each(|&value| self.u32(value));
    }

    pub fn u64s(&mut self, values: impl ExactSizeIterator<Item = u64>) {
        self.u64(values.len() as u64);
        values.for_each(|value| self.u64(value));
    }
}

/// Takes from the front what a [`Writer`] wrote.
#[derive(Debug)]
pub(crate) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    pub fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.u64()?).ok()?;
        self.take(length)
    }

    pub fn u32s(&mut self) -> Option<Vec<u32>> {
        let length = usize::try_from(self.u64()?).ok()?.checked_mul(4)?;
        let (items, _) = self.take(length)?.as_chunks::<4>();
        Some(items.iter().map(|item| u32::from_le_bytes(*item)).collect())
    }

    pub fn u64s(&mut self) -> Option<Vec<u64>> {
        let length = usize::try_from(self.u64()?).ok()?.checked_mul(8)?;
        let (items, _) = self.take(length)?.as_chunks::<8>();
        Some(items.iter().map(|item| u64::from_le_bytes(*item)).collect())
    }
}
