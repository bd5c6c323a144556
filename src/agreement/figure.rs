//! The measures by name, and their figures over a table of answers.

use super::field::Scale;
use crate::stats::agreement::{
    Coefficient, Confusion, Distance, Histograms, Kappa, Sample, Sets, Table, Undefined, cohen, conger, fleiss, gwet,
    krippendorff, krippendorff_ordinal, percent, specific,
};
use crate::stats::{Alpha, Bootstrap, Interval, Proportion};

/// A measure of agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    Percent,
    CohenKappa,
    CohenKappaLinear,
    CohenKappaQuadratic,
    FleissKappa,
    AlphaNominal,
    AlphaOrdinal,
    AlphaInterval,
    AlphaMasi,
    AlphaJaccard,
    Ac1,
    Ac2,
}

impl Name {
    pub const ALL: [Name; 12] = [
        Name::Percent,
        Name::CohenKappa,
        Name::CohenKappaLinear,
        Name::CohenKappaQuadratic,
        Name::FleissKappa,
        Name::AlphaNominal,
        Name::AlphaOrdinal,
        Name::AlphaInterval,
        Name::AlphaMasi,
        Name::AlphaJaccard,
        Name::Ac1,
        Name::Ac2,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Name::Percent => "percent",
            Name::CohenKappa => "cohen-kappa",
            Name::CohenKappaLinear => "cohen-kappa-linear",
            Name::CohenKappaQuadratic => "cohen-kappa-quadratic",
            Name::FleissKappa => "fleiss-kappa",
            Name::AlphaNominal => "alpha-nominal",
            Name::AlphaOrdinal => "alpha-ordinal",
            Name::AlphaInterval => "alpha-interval",
            Name::AlphaMasi => "alpha-masi",
            Name::AlphaJaccard => "alpha-jaccard",
            Name::Ac1 => "ac1",
            Name::Ac2 => "ac2",
        }
    }

    pub fn from_word(word: &str) -> Option<Name> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }

    /// The one to look at first: alpha by the distance that suits the answers.
    pub fn headline(scale: Scale) -> Name {
        match scale {
            Scale::Nominal => Name::AlphaNominal,
            Scale::Ordinal => Name::AlphaOrdinal,
            Scale::Sets => Name::AlphaMasi,
        }
    }
}

/// Where an interval comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Wilson,
    /// By the normal distribution.
    Normal,
    /// By Student's t over the cases.
    Student,
    /// By resampling the cases.
    Bootstrap,
}

impl Way {
    pub fn word(self) -> &'static str {
        match self {
            Way::Wilson => "wilson",
            Way::Normal => "normal",
            Way::Student => "t",
            Way::Bootstrap => "bootstrap",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Way::Wilson => "95 % by Wilson's formula for proportions",
            Way::Normal => "95 % by the normal distribution",
            Way::Student => "95 % by Student's t over the cases",
            Way::Bootstrap => "95 % by drawing the cases again and again",
        }
    }
}

/// A figure with its uncertainty, at 95 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    pub value: f64,
    /// `None` where the cases do not vary enough to tell.
    pub interval: Option<(Interval, Way)>,
}

/// Why a figure has no interval.
pub const NO_INTERVAL: &str = "the cases do not vary enough to tell";

/// Each measure that suits a table with its figure, or why there is none.
pub type Figures = Vec<(Name, Result<Figure, Undefined>)>;

const ALPHA: Alpha = Alpha::FIVE_PERCENT;

/// All measures over all labelers of a table.
pub fn of_all(scale: Scale, table: &Table, sets: &Sets, bootstrap: Bootstrap) -> Figures {
    let histograms = Histograms::of(table);
    let all_percent = (Name::Percent, of_percent(&histograms, bootstrap));
    if scale == Scale::Sets {
        return [all_percent].into_iter().chain(of_sets(&histograms, sets)).collect();
    }
    let ordered = scale == Scale::Ordinal;
    let alpha = |distance: &Distance<'_>| krippendorff(&histograms, distance).map(Figure::from);
    let ordinal = || {
        let value = krippendorff_ordinal(histograms.sample())?;
        Ok(resampled(value, &histograms, bootstrap, krippendorff_ordinal))
    };
    let mut figures = vec![all_percent];
    figures.extend(kappas(ordered, |distance| conger(table, distance).map(Figure::from)));
    figures.push((Name::FleissKappa, fleiss(&histograms, &Distance::Nominal).map(Figure::from)));
    figures.push((Name::AlphaNominal, alpha(&Distance::Nominal)));
    if ordered {
        figures.push((Name::AlphaOrdinal, ordinal()));
        figures.push((Name::AlphaInterval, alpha(&Distance::Quadratic)));
    }
    figures.extend(gwets(ordered, &histograms));
    figures
}

/// The measures of two readings of the same cases: what each of them says, and on how many cases it is so.
pub fn of_pairs(scale: Scale, classes: u16, pairs: &[((u16, u16), u32)], sets: &Sets) -> Figures {
    let histograms = Histograms::of_pairs(classes, pairs.iter().copied());
    let mut figures = vec![(Name::Percent, of_percent(&histograms, Bootstrap::default()))];
    if scale == Scale::Sets {
        figures.extend(of_sets(&histograms, sets));
        return figures;
    }
    let ordered = scale == Scale::Ordinal;
    let confusion = Confusion::of_counted(usize::from(classes), pairs.iter().copied());
    figures.extend(kappas(ordered, |distance| cohen(&confusion, distance).map(Figure::from)));
    figures.extend(gwets(ordered, &histograms));
    figures
}

/// The measures of one answer against all others. `percent` is specific agreement: where one labeler gives the answer, how often another
/// does too.
pub fn of_class(histograms: &Histograms, class: u16, bootstrap: Bootstrap) -> Figures {
    let one = histograms.one_against_rest(class);
    let own = |sample: Sample<'_>| specific(sample, 1);
    let percent = own(one.sample()).map(|value| resampled(value, &one, bootstrap, own));
    vec![
        (Name::Percent, percent),
        (Name::FleissKappa, fleiss(&one, &Distance::Nominal).map(Figure::from)),
        (Name::AlphaNominal, krippendorff(&one, &Distance::Nominal).map(Figure::from)),
        (Name::Ac1, gwet(&one, &Distance::Nominal).map(Figure::from)),
    ]
}

/// Cohen's kappa in each of its forms that suits.
pub fn kappas(ordered: bool, kappa: impl Fn(&Distance<'_>) -> Result<Figure, Undefined>) -> Figures {
    let mut figures = vec![(Name::CohenKappa, kappa(&Distance::Nominal))];
    if ordered {
        figures.push((Name::CohenKappaLinear, kappa(&Distance::Linear)));
        figures.push((Name::CohenKappaQuadratic, kappa(&Distance::Quadratic)));
    }
    figures
}

fn gwets(ordered: bool, histograms: &Histograms) -> Figures {
    let mut figures = vec![(Name::Ac1, gwet(histograms, &Distance::Nominal).map(Figure::from))];
    if ordered {
        figures.push((Name::Ac2, gwet(histograms, &Distance::Ordinal).map(Figure::from)));
    }
    figures
}

fn of_sets(histograms: &Histograms, sets: &Sets) -> Figures {
    let alpha = |distance: &(dyn Fn(u16, u16) -> f64 + Sync)| {
        krippendorff(histograms, &Distance::By(distance)).map(Figure::from)
    };
    vec![(Name::AlphaMasi, alpha(&|a, b| sets.masi(a, b))), (Name::AlphaJaccard, alpha(&|a, b| sets.jaccard(a, b)))]
}

/// Of two labels a case, a proportion; of more, resampled.
fn of_percent(histograms: &Histograms, bootstrap: Bootstrap) -> Result<Figure, Undefined> {
    let value = percent(histograms.sample())?;
    let mut proportion = Some(Proportion::default());
    for kind in histograms.sample().pairable() {
        proportion = proportion.filter(|_| kind.labels == 2);
        if let Some(proportion) = &mut proportion {
            proportion.of += u64::from(kind.times);
            proportion.hits += if kind.cells.len() == 1 { u64::from(kind.times) } else { 0 };
        }
    }
    Ok(match proportion {
        Some(of_two) => Figure { value, interval: of_two.wilson(ALPHA).map(|interval| (interval, Way::Wilson)) },
        None => resampled(value, histograms, bootstrap, percent),
    })
}

fn resampled(
    value: f64,
    histograms: &Histograms,
    bootstrap: Bootstrap,
    figure: impl Fn(Sample<'_>) -> Result<f64, Undefined> + Sync,
) -> Figure {
    let interval = bootstrap.interval(histograms, ALPHA, figure);
    Figure { value, interval: interval.map(|interval| (interval, Way::Bootstrap)) }
}

impl From<Coefficient> for Figure {
    fn from(found: Coefficient) -> Self {
        Figure { value: found.value, interval: found.interval(ALPHA).map(|interval| (interval, Way::Student)) }
    }
}

impl From<Kappa> for Figure {
    fn from(found: Kappa) -> Self {
        Figure { value: found.value, interval: found.interval(ALPHA).map(|interval| (interval, Way::Normal)) }
    }
}
