use crate::analyze::edit::Menu;
use crate::cli::arguments::{at_least_one, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{Failure, Output};
use crate::policy::visible::visible_line;
use crate::replay::coverage::Coverage;
use crate::replay::mutate::Mutation;
use crate::replay::suggest::{suggest, unsettled};
use crate::report::Format;
use crate::report::suggest::{self, SuggestReport};
use crate::store::{Expect, Save};
use serde_json::Value;

/// Suggest what to do next
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct SuggestCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Cases(Cases),
}

/// The next cases to write or label, as stubs to fill in
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
struct Cases {
    /// Only for this clause
    #[arg(long, value_name = "ID")]
    clause: Option<String>,
    /// What is there already: only this gold set; may be given several times
    #[arg(long = "set", value_name = "NAME")]
    sets: Vec<String>,
    /// The version to look at [default: the files on disk]
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// At most so many cases
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10, value_parser = at_least_one())]
    limit: usize,
    /// Print rows of a gold set and nothing else
    #[arg(long)]
    rows: bool,
    /// Write the rows to a new file of the policy repo
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Add the rows to this gold set: at the end of its cases.jsonl, or as a new file in its folder cases/
    #[arg(long, value_name = "SET", conflicts_with = "out")]
    write: Option<String>,
    #[arg(long, default_value = "text", value_parser = one_of(FORMATS), conflicts_with = "rows", help = "How to print it")]
    format: Format,
}

const FORMATS: &[Format] = &[Format::Text, Format::Json, Format::Markdown];

const EXAMPLES: &str = "\
Examples:
  casebook suggest cases                                    ten cases, and what each would show
  casebook suggest cases --clause bio-uplift -n 3
  casebook suggest cases --out gold/core/cases/next.jsonl   … as rows of a gold set, ready to be filled in
  casebook suggest cases -n 3 --write core                  … added to the gold set core
  casebook suggest cases --rows > next.jsonl

A row has harms and facets and neither a text nor a behavior: write the text, then label it with `casebook label`.";

/// So many things that a case would show are told.
const MOST_TOLD: usize = 4;

impl SuggestCommand {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        match &self.what {
            What::Cases(cases) => cases.run(context),
        }
    }
}

impl Cases {
    fn run(&self, context: &Context) -> Result<Output, Failure> {
        let repo = context.open()?;
        let opened = repo.open_version(self.rev.as_deref(), &self.sets, &context.progress)?;
        let (policy, sets) = (&opened.version.policy, opened.sets.gold());
        let clause = self.clause.as_deref().map(|id| opened.clause(id)).transpose()?;
        let mutation = Mutation::test(policy, &sets, Menu::SLIPS, clause, &context.progress)?;
        let mut coverage = Coverage::of(policy, &sets, &context.progress)?;
        clause.into_iter().for_each(|clause| coverage.keep_only(clause));
        let report = SuggestReport {
            policy,
            sets: &sets,
            survivors: &mutation.survivors(),
            coverage: &coverage,
            suggestions: &suggest(policy, &mutation, &coverage, self.limit, &context.progress)?,
            unsettled: &unsettled(&sets),
            limit: MOST_TOLD,
        };
        let rows = suggest::rows(&report);
        let mut written = self.out.clone();
        if let Some(set) = &self.write {
            let rows: Vec<Value> = suggest::stubs(&report);
            written = if rows.is_empty() { None } else { Some(repo.add_cases(set, &rows)?.file) };
        }
        if let Some(path) = &self.out {
            repo.root().save(&[Save { path, expect: Expect::Absent, content: Some(rows.as_bytes()) }])?;
        }
        Ok(Output::fine(match self.format {
            _ if self.rows => rows,
            Format::Json => context.json(suggest::json(&report)),
            Format::Markdown => suggest::markdown(&report),
            _ => {
                let told = suggest::text(&report, context.paint);
                let written = written.as_ref().map(|path| format!("\nwritten\n  {}\n", visible_line(path)));
                told + &written.unwrap_or_default()
            }
        }))
    }
}
