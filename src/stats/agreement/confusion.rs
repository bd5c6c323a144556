//! What one reader says where another says something else.

/// How often two raters gave each pair of classes to the same unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<u64>,
}

impl Confusion {
    pub fn new(classes: usize) -> Self {
        Confusion { classes, counts: vec![0; classes * classes] }
    }

    /// Of two raters over what they gave to the same units.
    pub fn of(classes: usize, pairs: impl IntoIterator<Item = (u16, u16)>) -> Self {
        Self::of_counted(classes, pairs.into_iter().map(|pair| (pair, 1)))
    }

    /// Of two raters over what they gave to the same units, each pair of classes with how many units it is.
    pub fn of_counted(classes: usize, pairs: impl IntoIterator<Item = ((u16, u16), u32)>) -> Self {
        let mut confusion = Confusion::new(classes);
        for ((a, b), times) in pairs {
            let at = usize::from(a) * classes + usize::from(b);
            if let Some(count) = confusion.counts.get_mut(at).filter(|_| usize::from(b) < classes) {
                *count += u64::from(times);
            }
        }
        confusion
    }

    pub fn classes(&self) -> usize {
        self.classes
    }

    /// What the first rater said, each with how often the second said what.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[u64]> {
        self.counts.chunks_exact(self.classes.max(1))
    }

    /// How many units both labeled.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// On how many they say the same.
    pub fn agreed(&self) -> u64 {
        self.rows().enumerate().map(|(class, row)| row[class]).sum()
    }

    /// On how many the first rater's class is the higher one, and on how many the second's.
    pub fn higher(&self) -> (u64, u64) {
        let rows = || self.rows().enumerate();
        (
            rows().map(|(class, row)| row[..class].iter().sum::<u64>()).sum(),
            rows().map(|(class, row)| row[class + 1..].iter().sum::<u64>()).sum(),
        )
    }
}
