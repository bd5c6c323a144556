use crate::cli::arguments::{TEXT_OR_JSON, one_of};
use crate::cli::environment::Context;
use crate::cli::output::{self, Failure, Output};
use crate::interop;
use crate::report::Format;
use crate::report::import::{self, ImportReport};
use crate::workspace::import as bringing_in;
use std::path::{Path, PathBuf};

/// Bring cases in from a file
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Import {
    /// The kind of file; `--list` names them
    #[arg(value_name = "FORMAT", required_unless_present = "list")]
    from: Option<String>,
    /// The file to read
    #[arg(value_name = "FILE", required_unless_present = "list")]
    file: Option<PathBuf>,
    /// The gold set that the cases go to; made if there is none of that name
    #[arg(long, value_name = "NAME", required_unless_present = "list")]
    set: Option<String>,
    /// A YAML file that says which column is what
    #[arg(long, value_name = "MAP")]
    map: Option<PathBuf>,
    /// Say what would come in, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The behavior that rows call for on which something was found
    #[arg(long, value_name = "BEHAVIOR")]
    flagged: Option<String>,
    /// The behavior that rows call for on which everything was judged and nothing found
    #[arg(long, value_name = "BEHAVIOR")]
    unflagged: Option<String>,
    /// Name the formats
    #[arg(long, conflicts_with_all = ["from", "file", "set", "map", "dry_run", "flagged", "unflagged"])]
    list: bool,
    #[arg(long, default_value = "text", value_parser = one_of(TEXT_OR_JSON), help = "How to print it")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  casebook import --list                                             the formats
  casebook import csv export.csv --map map.yaml --set core --dry-run what would come in
  casebook import csv export.csv --map map.yaml --set core           bring it in
  casebook import openai-moderation samples.jsonl --set moderation --flagged refuse --unflagged comply

Doing it twice adds nothing. Ends with exit code 1 where rows could not be read; the others come in.";

impl Import {
    pub fn run(&self, context: &Context) -> Result<Output, Failure> {
        let (Some(format), Some(file), Some(set)) = (&self.from, &self.file, &self.set) else {
            return Ok(Output::fine(list()));
        };
        let repo = context.open()?;
        let bytes = context.read_file(file)?;
        let map = match &self.map {
            Some(path) => Some((shown(path), context.read_file(path)?)),
            None => None,
        };
        let name = file.file_name().map_or_else(|| shown(file), |name| name.to_string_lossy().into_owned());
        let request = bringing_in::Import {
            format,
            file: &name,
            bytes: &bytes,
            set,
            map: map.as_ref().map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
            flagged: self.flagged.as_deref(),
            unflagged: self.unflagged.as_deref(),
        };
        let planned = repo.plan_import(&request)?;
        let files: Vec<(String, usize)> = planned.files.iter().map(|file| (file.path.clone(), file.lines)).collect();
        let report =
            ImportReport { format, file: &name, set, set_is_new: planned.is_new, plan: &planned.plan, files: &files };
        let as_text = self.format == Format::Text;
        if as_text && let Some(error) = output::print(&import::text(&report, context.paint)) {
            return Err(Failure::new(
                format!("the output could not be written: {error}"),
                "Nothing was imported; see that there is room where the output goes.",
            ));
        }
        let writes = !self.dry_run && !planned.files.is_empty();
        if writes {
            repo.carry_out(&planned)?;
        }
        let text = match self.format {
            Format::Json => context.json(import::json(&report, writes)),
            _ => import::written(&report, self.dry_run, context.paint),
        };
        Ok(Output::with(text, planned.plan.row_errors.is_empty()))
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn list() -> String {
    let mut out = String::new();
    for format in interop::FORMATS {
        let map = if format.needs_map { "; needs --map" } else { "" };
        out.push_str(&format!("{:<18}  {}{map}\n", format.name, format.about));
    }
    out
}
