//! Numbers that look random and are the same for the same seed, on every machine and in every version.

/// SplitMix64. Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA.
///
/// A figure that rests on it is printed with its seed, so what it gives must never change: that is why it is not taken from
/// a crate, which may better itself.
#[derive(Debug, Clone)]
pub struct Random(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// One of many generators under one seed, each as good as on its own: work that is done in parts, in any order, draws
    /// the same.
    pub fn stream(seed: u64, index: u64) -> Self {
        Random(mix(mix(seed.wrapping_add(STEP)).wrapping_add(index.wrapping_mul(STEP))))
    }

    #[allow(clippy::should_implement_trait)] // it never ends
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// From 0 to `end`, without `end`, each as often. 0 where `end` is 0.
    ///
    /// Lemire 2019, ACM Trans. Model. Comput. Simul. 29:3.
    #[inline]
    pub fn below(&mut self, end: u32) -> u32 {
        let mut wide = u64::from(self.next() as u32) * u64::from(end);
        if (wide as u32) < end {
            let unfair = end.wrapping_neg() % end;
            while (wide as u32) < unfair {
                wide = u64::from(self.next() as u32) * u64::from(end);
            }
        }
        (wide >> 32) as u32
    }
}

#[inline]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first figures of the authors' own implementation.
    #[test]
    fn gives_what_it_always_gave() {
        let mut random = Random::new(1_234_567);
        let first = [(); 3].map(|()| random.next());
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn every_number_below_the_end_comes_about_as_often() {
        let mut random = Random::stream(7, 3);
        let mut counts = [0u32; 6];
        for _ in 0..60_000 {
            counts[random.below(6) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
        assert_eq!((random.below(1), random.below(0)), (0, 0));
    }

    #[test]
    fn streams_differ() {
        let first = |seed, index| Random::stream(seed, index).next();
        let all = [first(0, 0), first(0, 1), first(1, 0), first(1, 1), Random::new(0).next()];
        for (i, a) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(a), "{all:?}");
        }
    }
}
