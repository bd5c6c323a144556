use crate::cli::arguments::{at_least_one, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::policy::gold::{Said, heard};
use crate::policy::label::Label;
use crate::precedent::{Asked, Docket, text_of};
use crate::report::Format;
use crate::report::precedents::graph;
use crate::report::precedents::nearest::{self, NearestReport};
use crate::report::precedents::shaped::{self, ShapedReport, ShapingCommit};
use crate::report::replay::VersionName;
use crate::workspace::labeling::no_case;
use crate::workspace::precedents::{OpenedPrecedents, TextChange};
use crate::workspace::{PolicyRepo, WorkspaceError};

/// Look up earlier rulings: near a case, by their words, for a clause, or as a graph
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Precedents {
    /// The id of the case that precedents are looked for; with `--graph`, the case around which it is drawn
    #[arg(required_unless_present_any = ["search", "clause", "graph"], conflicts_with_all = ["search", "clause"])]
    case: Option<String>,
    /// The gold set of the case [default: the first that has it]
    #[arg(long, value_name = "NAME", requires = "case")]
    set: Option<String>,
    /// Look for holdings that say these words
    #[arg(long, value_name = "WORDS", conflicts_with_all = ["clause", "graph"])]
    search: Option<String>,
    /// The rulings that shaped a clause or a category, by its id
    #[arg(long, value_name = "ID", conflicts_with = "graph")]
    clause: Option<String>,
    /// What follows, distinguishes and overrules what, and where that does not add up
    #[arg(long)]
    graph: bool,
    /// Offer rulings too that others took the place of
    #[arg(long)]
    superseded: bool,
    /// How many rulings at most
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10, value_parser = at_least_one())]
    limit: usize,
    /// The version to read them at [default: the files on disk]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Markdown];

const EXAMPLES: &str = "\
Examples:
  casebook precedents bio-0007                    the rulings nearest to a case, and how near
  casebook precedents --search \"working recipe\"   holdings that say these words
  casebook precedents --clause bio-uplift         the rulings that shaped a clause
  casebook precedents --graph --format markdown   what follows and overrules what, as a diagram
  casebook precedents --graph bio-0007            only what is joined to the rulings on one case

Near is what was read alike (category, severity, target, facets; two thirds) and what says the like (one third).
`--graph` ends with exit code 1 where something does not add up: a circle, or a ruling that follows an overruled one.";

impl Precedents {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let opened = repo.open_precedents(self.rev.as_deref(), &context.progress)?;
        let docket = &opened.precedents.docket;
        if self.graph {
            return self.graph(&opened, context);
        }
        if let Some(text) = &self.clause {
            return self.shaped(&repo, &opened, text, context);
        }
        if let Some(words) = &self.search {
            let found = opened.precedents.search(words, self.superseded, self.limit, &context.progress);
            let found = found.map_err(WorkspaceError::from)?;
            return Ok(Output::fine(match self.format {
                Format::Json => context.json(nearest::search_json(&VersionName::of(&opened.revision), words, &found)),
                Format::Markdown => nearest::search_markdown(words, &found),
                _ => nearest::search_text(words, &found, context.paint),
            }));
        }
        self.nearest(&opened, docket, context)
    }

    fn nearest(&self, opened: &OpenedPrecedents, docket: &Docket, context: &Context) -> Result<Output, Failure> {
        let (set, row) = self.find(opened)?;
        let gold = &opened.sets.sets[set].gold;
        let case = gold.case(row).map_err(WorkspaceError::from)?;
        let labels = gold.labels_of(row);
        let reading = gold.gold(row).reading;
        let is_settled = reading.is_some();
        // Where no reading is settled, what is near to any of the labelers' is near.
        let readings = match reading {
            Some(reading) => vec![reading],
            None => heard(&labels.iter().collect::<Vec<_>>()).into_iter().filter_map(Label::whole_reading).collect(),
        };
        let asked = Asked { reading: None, case: Some((gold.set(), &case.id)), superseded: self.superseded };
        let nearest =
            opened.precedents.nearest_to_any(&readings, &asked, &text_of(&case), self.limit, &context.progress);
        let nearest = nearest.map_err(WorkspaceError::from)?;
        let on_case: Vec<_> =
            docket.on_case(gold.set(), &case.id).into_iter().filter_map(|ix| docket.precedent(ix)).collect();
        let report = NearestReport {
            version: VersionName::of(&opened.revision),
            set: gold.set(),
            case: &case.id,
            is_settled,
            readings: readings.len(),
            said: &Said::of(&labels),
            on_case: &on_case,
            nearest: &nearest,
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(nearest::json(&report)),
            Format::Markdown => nearest::markdown(&report),
            _ => nearest::text(&report, context.paint),
        }))
    }

    fn shaped(
        &self,
        repo: &PolicyRepo,
        opened: &OpenedPrecedents,
        text: &str,
        context: &Context,
    ) -> Result<Output, Failure> {
        let found = repo.shaped(opened, text, &context.progress)?;
        fn commit(change: &TextChange) -> ShapingCommit<'_> {
            let TextChange { commit, subject, author, rulings } = change;
            ShapingCommit { commit: commit.as_str(), subject, author, rulings }
        }
        let report = ShapedReport {
            version: VersionName::of(&opened.revision),
            text,
            rulings: &found.rulings,
            commits: found.changes.iter().map(commit).collect(),
        };
        Ok(Output::fine(match self.format {
            Format::Json => context.json(shaped::json(&report)),
            Format::Markdown => shaped::markdown(&report),
            _ => shaped::text(&report, context.paint),
        }))
    }

    fn graph(&self, opened: &OpenedPrecedents, context: &Context) -> Result<Output, Failure> {
        let docket = &opened.precedents.docket;
        let around = match &self.case {
            Some(case) => {
                let (set, _) = self.find(opened)?;
                Some(docket.on_case(opened.sets.sets[set].name(), case))
            }
            None => None,
        };
        let found = docket.graph(around.as_deref());
        let text = match self.format {
            Format::Json => context.json(graph::json(&VersionName::of(&opened.revision), &found)),
            Format::Markdown => graph::markdown(&found),
            _ => graph::text(&found, context.paint),
        };
        Ok(Output::with(text, found.flaws.is_empty()))
    }

    /// The position of the set that has the case, and its row there.
    fn find(&self, opened: &OpenedPrecedents) -> Result<(usize, usize), Failure> {
        let case = self.case.as_deref().unwrap_or_default();
        let sets = &opened.sets.sets;
        if let Some(name) = &self.set
            && !sets.iter().any(|set| **set.name() == **name)
        {
            let known = sets.iter().map(|set| set.name().to_string()).collect();
            return Err(WorkspaceError::NoSet { name: name.clone(), known }.into());
        }
        let wanted = |name: &str| self.set.as_ref().is_none_or(|wanted| wanted == name);
        let mut found = sets.iter().enumerate().filter(|(_, set)| wanted(set.name()));
        let found = found.find_map(|(at, set)| Some((at, set.gold.find(case)?)));
        Ok(found.ok_or_else(|| no_case(case, &opened.sets))?)
    }
}
