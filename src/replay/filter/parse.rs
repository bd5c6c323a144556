//! Reading a filter's words.

use super::{Ask, Count, Filter, FilterError, Word};
use crate::decide::columns;
use crate::policy::Policy;
use crate::policy::gold_state::GoldState;
use crate::policy::suggest::nearest;
use crate::policy::taxonomy::{NO_CATEGORY, UNKNOWN};
use crate::replay::flip::FlipKind;
use crate::replay::standing::Standing;

/// Words that take values after a colon.
const WITH_VALUES: [&str; 10] =
    ["set", "id", "tag", "category", "severity", "tier", "behavior", "verdict", "labels", "flips"];

/// Words that stand alone.
const ALONE: [&str; 17] = [
    "unlabeled",
    "imported",
    "consensus",
    "adjudicated",
    "split",
    "sensitive",
    "disputed",
    "stale",
    "unpinned",
    "valid",
    "undetermined",
    "agrees",
    "wrong",
    "over-refusal",
    "under-refusal",
    "flips",
    "no-harm",
];

impl Filter {
    /// Reads a filter in the words of this policy.
    pub fn parse(text: &str, policy: &Policy) -> Result<Filter, FilterError> {
        let words = split(text).map_err(|word| refuse(&word, "a `\"` is not closed", "Close the quotation."))?;
        let words = words.iter().map(|word| read(word, policy)).collect::<Result<_, _>>()?;
        Ok(Filter { words })
    }
}

/// The words between blanks, those within double quotes kept together; the open word where a quote is not closed.
fn split(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word.clone());
    }
    if quoted { Err(word) } else { Ok(words) }
}

fn read(written: &str, policy: &Policy) -> Result<Word, FilterError> {
    let (turned, word) = match written.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, written),
    };
    // A facet may have a colon in its value and a category an equals sign: the first of the two counts.
    let ask = match word.find([':', '=', '<', '>']).map(|at| word.split_at(at)) {
        None => alone(written, word)?,
        Some(("labels", rest)) => labels(written, rest)?,
        Some((name, rest)) if rest.starts_with(':') => with_values(written, name, &rest[1..], policy)?,
        Some((name, rest)) if rest.starts_with('=') => facet(written, name, &rest[1..], policy)?,
        Some(_) => return Err(refuse(written, "only `labels` is compared", "Write `labels<2` or `labels>3`.")),
    };
    Ok(Word { turned, ask })
}

fn alone(written: &str, word: &str) -> Result<Ask, FilterError> {
    use columns::Standing as Source;
    Ok(match word {
        "unlabeled" => Ask::Standing(vec![Source::Unread]),
        "imported" => Ask::Standing(vec![Source::Imported]),
        "consensus" => Ask::Standing(vec![Source::Consensus]),
        "adjudicated" => Ask::Standing(vec![Source::Adjudicated]),
        "split" => Ask::Standing(vec![Source::Split]),
        "sensitive" => Ask::Sensitive,
        "disputed" => Ask::State(GoldState::Disputed),
        "stale" => Ask::State(GoldState::Stale),
        "unpinned" => Ask::State(GoldState::Unpinned),
        "valid" => Ask::State(GoldState::Valid),
        "undetermined" => Ask::Undetermined,
        "agrees" => Ask::Measured(vec![Standing::Agrees]),
        "over-refusal" => Ask::Measured(vec![Standing::OverRefusal]),
        "under-refusal" => Ask::Measured(vec![Standing::UnderRefusal]),
        "wrong" => Ask::Measured(vec![Standing::OverRefusal, Standing::UnderRefusal, Standing::Otherwise]),
        "flips" => Ask::Flips(None),
        "no-harm" => Ask::Category(vec![None]),
        _ => {
            let help = match nearest(word, ALONE.into_iter().chain(WITH_VALUES)) {
                Some(near) if ALONE.contains(&near) => format!("Did you mean `{near}`?"),
                Some(near) => format!("Did you mean `{near}:…`?"),
                None => {
                    format!("There are `{}`, `{}:…` and `FACET=…`.", ALONE.join("`, `"), WITH_VALUES.join(":…`, `"))
                }
            };
            return Err(refuse(written, "it is no word of the filter", &help));
        }
    })
}

fn with_values(written: &str, name: &str, values: &str, policy: &Policy) -> Result<Ask, FilterError> {
    let values: Vec<&str> = values.split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
    if values.is_empty() {
        return Err(refuse(written, "no value follows", "Write the value behind the colon, without a blank."));
    }
    let manifest = &policy.manifest;
    let texts = || values.iter().map(ToString::to_string).collect::<Vec<_>>();
    let known = |known: Vec<&str>, what: &str| unknown_among(written, &values, &known, what);
    Ok(match name {
        "set" => Ask::Set(texts()),
        "id" => Ask::Id(texts()),
        "tag" => Ask::Tag(texts()),
        "category" => {
            let find = |value: &&str| match *value {
                NO_CATEGORY => Ok(None),
                value => policy.taxonomy.find(value).map(Some).ok_or(()),
            };
            match values.iter().map(find).collect() {
                Ok(categories) => Ask::Category(categories),
                Err(()) => {
                    let ids = policy.taxonomy.iter().flat_map(|(_, category)| {
                        std::iter::once(&*category.id).chain(category.aliases.iter().map(|alias| &**alias))
                    });
                    return Err(unknown_among(
                        written,
                        &values,
                        &ids.chain([NO_CATEGORY]).collect::<Vec<_>>(),
                        "category",
                    ));
                }
            }
        }
        "severity" => {
            let all: Vec<&str> = manifest.severities.iter().map(|word| &**word).chain([UNKNOWN]).collect();
            if values.iter().any(|value| !all.contains(value)) {
                return Err(known(all, "severity"));
            }
            Ask::Severity(texts())
        }
        "tier" => {
            let tiers = values.iter().map(|value| value.parse());
            Ask::Tier(
                tiers
                    .collect::<Result<_, _>>()
                    .map_err(|_| refuse(written, "a tier is a number", "Write `tier:1`."))?,
            )
        }
        "behavior" | "verdict" => {
            let found = values.iter().map(|value| manifest.behaviors.find(value)).collect::<Option<Vec<_>>>();
            let all = || manifest.behaviors.iter().map(|(_, behavior)| &*behavior.id).collect();
            let found = found.ok_or_else(|| known(all(), "behavior"))?;
            if name == "behavior" { Ask::Behavior(found) } else { Ask::Verdict(found) }
        }
        "flips" => {
            let words = FlipKind::ALL.map(FlipKind::word);
            match (values.as_slice(), FlipKind::ALL.into_iter().find(|kind| kind.word() == values[0])) {
                ([_], Some(kind)) => Ask::Flips(Some(kind)),
                _ => return Err(known(words.to_vec(), "kind of flip")),
            }
        }
        _ => {
            let help = match nearest(name, WITH_VALUES) {
                Some(near) => format!("Did you mean `{near}:`?"),
                None if manifest.find_facet(name).is_some() => format!("For a facet write `{name}=`."),
                None => format!("There are `{}:`.", WITH_VALUES.join(":`, `")),
            };
            return Err(refuse(written, &format!("`{name}` takes no values"), &help));
        }
    })
}

fn facet(written: &str, name: &str, values: &str, policy: &Policy) -> Result<Ask, FilterError> {
    let Some(ix) = policy.manifest.find_facet(name) else {
        let facets = policy.manifest.facets.iter().map(|facet| &*facet.id);
        let help = match nearest(name, facets) {
            Some(near) => format!("Did you mean `{near}=`?"),
            None => "The manifest names the facets.".to_owned(),
        };
        return Err(refuse(written, &format!("there is no facet `{name}`"), &help));
    };
    let facet = policy.manifest.facet(ix);
    let values: Vec<&str> = values.split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
    let all: Vec<&str> = facet.values.iter().map(|value| &**value).chain([UNKNOWN]).collect();
    if values.is_empty() || values.iter().any(|value| !all.contains(value)) {
        return Err(unknown_among(written, &values, &all, &format!("value of `{name}`")));
    }
    let value = |value: &&str| (*value != UNKNOWN).then(|| (*value).to_owned());
    Ok(Ask::Facet(name.to_owned(), values.iter().map(value).collect()))
}

fn labels(written: &str, rest: &str) -> Result<Ask, FilterError> {
    let (count, number) = match rest.split_at(1) {
        ("<", number) => (Count::Less, number),
        (">", number) => (Count::More, number),
        (_, number) => (Count::Is, number),
    };
    let number = number.parse().map_err(|_| {
        refuse(written, "a number of labelers is missing", "Write `labels:0`, `labels<2` or `labels>3`.")
    })?;
    Ok(Ask::Labels(count, number))
}

fn unknown_among(written: &str, values: &[&str], known: &[&str], what: &str) -> FilterError {
    /// More than these are not listed.
    const MOST: usize = 12;
    let Some(word) = values.iter().find(|value| !known.contains(value)) else {
        return refuse(written, "no value follows", "Write the value behind it, without a blank.");
    };
    let help = match nearest(word, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None if known.len() <= MOST => format!("There are `{}`.", known.join("`, `")),
        None => "The policy names them.".to_owned(),
    };
    refuse(written, &format!("there is no {what} `{word}`"), &help)
}

fn refuse(word: &str, why: &str, help: &str) -> FilterError {
    FilterError { word: word.to_owned(), why: why.to_owned(), help: help.to_owned() }
}
