//! The table itself: one entry a command.

use super::{Context, Entry, Group};

macro_rules! commands {
    ($($command:ident $name:literal $group:ident $hint:literal
        $title:literal : $about:literal
        [$($context:ident $key:literal),* $(,)?])*) => {
        /// Something a person can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Command { $(#[doc = $about] $command),* }

        /// Every command, in the order in which footer and help show them.
        pub static COMMANDS: &[Entry] = &[$(Entry {
            command: Command::$command,
            name: $name,
            title: $title,
            about: $about,
            group: Group::$group,
            hint: $hint,
            keys: &[$((Context::$context, $key)),*],
        }),*];
    };
}

// Command, name after `:`, group, words in the footer; title: sentence; keys by context.
// Neighbours with the same footer words share one hint: `J/K reorder`.
commands! {
    Behavior "behavior" Edit "behavior"
        "Behavior": "Says what the case calls for; in quick labeling that gives the label, too."
        [Label "1", Label "2", Label "3", Label "4", Label "5", Label "6", Label "7", Label "8", Label "9"]
    GiveLabel "give" Edit "label"
        "Give the label": "Writes the label down as it is filled in, and goes on to the next case."
        [Label "enter"]
    Harm "harm" Edit "harm"
        "Harm": "Adds a harm: its category by a few letters, then how severe it is."
        [Label "h"]
    FrequentHarm "frequent-harm" Edit ""
        "Frequent harm": "Adds a harm of one of the categories that you found most often."
        [Label "A", Label "B", Label "C", Label "D", Label "E", Label "F"]
    NoHarm "no-harm" Edit ""
        "No harm": "Says that you looked for harms and found none."
        [Label "0"]
    Facets "facets" Edit "facets"
        "Facets": "Asks for one facet after the other."
        [Label "f"]
    Target "target" Edit ""
        "Target": "Changes whether the harm is in the request or in the response."
        [Label "t"]
    Acceptable "acceptable" Edit ""
        "Also acceptable": "Names other behaviors that would be right as well."
        [Label "m"]
    Observed "observed" Edit ""
        "What the response did": "Says which behavior the response in the case shows."
        [Label "r"]
    Confidence "confidence" Edit ""
        "Confidence": "Says how sure you are: low, medium, high."
        [Label "l"]
    Rationale "rationale" Edit ""
        "Why": "Writes down why you read the case so."
        [Label "w"]
    NextValue "next-value" Edit ""
        "Next value": "Changes the row of the form to its next value, or opens it."
        [Label "right"]
    PreviousValue "previous-value" Edit ""
        "Previous value": "Changes the row of the form to the value before."
        [Label "left"]
    ClearValue "clear-value" Edit ""
        "Clear": "Takes off what the row of the form says."
        [Label "d", Label "backspace", Label "delete"]
    Abstain "abstain" Edit "abstain"
        "Abstain": "Gives no reading, with a reason, and goes on to the next case."
        [Label "a"]
    Gap "gap" Edit "gap"
        "Flag a gap": "Notes what the guidance leaves open, and at which clause or category."
        [Label "g"]
    TakeBack "take-back" Edit "undo"
        "Take the label back": "Takes your last label of this sitting back and brings its case up again."
        [Label "u"]
    NextScreen "next-screen" Move "screens"
        "Next screen": "Goes to the screen on the right."
        [Global "]"]
    PreviousScreen "previous-screen" Move "screens"
        "Previous screen": "Goes to the screen on the left."
        [Global "["]
    Quick "quick" View ""
        "Quick or full": "Changes between one key a label and filling in everything first."
        [Label "Q"]
    Others "others" View ""
        "What others say": "Shows the labels that others gave, where the round allows it; that they were seen is recorded."
        [Label "i"]
    SeePrecedents "see-precedents" View ""
        "What was ruled before": "Shows the rulings on cases like this one, where the round allows it; that they were seen is recorded."
        [Label "n"]
    ComeBack "come-back" Move ""
        "Come back": "Brings up again the case that you skipped last."
        [Label "R"]
    ChooseSet "choose-set" Move ""
        "Choose what to label": "Goes to the rounds and gold sets that can be labeled; what is filled in stays."
        [Label "W"]
    Open "open" Move "open"
        "Open": "Opens what is selected."
        [List "enter", Tree "enter", Grid "enter"]
    EditField "edit" Edit "edit field"
        "Edit field": "Edits the field that has the focus."
        [Form "enter"]
    Accept "accept" App "ok"
        "Accept": "Takes what was chosen or written."
        [Popup "enter", Input "enter"]
    AcceptText "accept-text" App "ok"
        "Accept the text": "Takes a text of several lines, in which Enter starts a new line."
        [Popup "alt-enter", Popup "ctrl-s", Editor "alt-enter"]
    Mark "mark" Edit "mark"
        "Mark": "Chooses or unchooses the item, where several may be chosen."
        [Popup "space", Popup "tab"]
    New "new" Edit "new"
        "New": "Adds an item after the selected one."
        [Taxonomy "n", Spec "n"]
    NewChild "new-child" Edit "new below"
        "New below": "Adds a category under the selected one."
        [Taxonomy "N"]
    Delete "delete" Edit "delete"
        "Delete": "Deletes what is selected, after asking where something else rests on it."
        [Taxonomy "d", Spec "d"]
    Duplicate "duplicate" Edit ""
        "Duplicate": "Adds a copy of the selected item under a new id."
        [Taxonomy "D", Spec "D"]
    MoveDown "move-down" Edit "reorder"
        "Move down": "Moves the selected item behind the next one."
        [Taxonomy "J", Spec "J", Taxonomy "alt-down", Spec "alt-down"]
    MoveUp "move-up" Edit "reorder"
        "Move up": "Moves the selected item before the one above."
        [Taxonomy "K", Spec "K", Taxonomy "alt-up", Spec "alt-up"]
    MoveTo "move-to" Edit "move"
        "Move under": "Moves the category, with all below it, under another one."
        [Taxonomy "m"]
    Fix "fix" Edit "fixes"
        "Fixes": "Shows edits that mend the problems of the clause, or right the case, each with what it changes, and makes the one that you choose."
        [Spec "F", Replay "F", Review "F"]
    Rename "rename" Edit ""
        "Rename": "Changes an id here and everywhere it is used."
        [Taxonomy "R", Spec "R"]
    Editorial "editorial" Edit ""
        "Declare editorial": "Says that an edit of the clause or category changed its words only, so that what rests on it stands."
        [Taxonomy "E", Spec "E", Review "E"]
    Rule "rule" Edit "rule"
        "Rule": "Gives the ruling as it stands, and goes on to the next case once it is given."
        [Settle "R"]
    Take1 "take-1" Edit "take"
        "Take A": "Takes the first reading for the decision."
        [Readings "1"]
    Take2 "take-2" Edit "take"
        "Take B": "Takes the second reading for the decision."
        [Readings "2"]
    Take3 "take-3" Edit "take"
        "Take C": "Takes the third reading for the decision."
        [Readings "3"]
    Take4 "take-4" Edit "take"
        "Take D": "Takes the fourth reading for the decision."
        [Readings "4"]
    Take5 "take-5" Edit ""
        "Take E": "Takes the fifth reading for the decision."
        [Readings "5"]
    Take6 "take-6" Edit ""
        "Take F": "Takes the sixth reading for the decision."
        [Readings "6"]
    Take7 "take-7" Edit ""
        "Take G": "Takes the seventh reading for the decision."
        [Readings "7"]
    Take8 "take-8" Edit ""
        "Take H": "Takes the eighth reading for the decision."
        [Readings "8"]
    Take9 "take-9" Edit ""
        "Take I": "Takes the ninth reading for the decision."
        [Readings "9"]
    GiveReading "give-reading" Edit "other"
        "Give another reading": "Decides by a reading of your own, which nobody gave."
        [Settle "e"]
    Holding "holding" Edit "holding"
        "Holding": "Writes the reason of the ruling in a sentence, so that it can be followed."
        [Settle "h"]
    Cause "cause" Edit "cause"
        "Cause": "Says why people read the case differently."
        [Settle "C"]
    Disposition "disposition" Edit ""
        "Disposition": "Says otherwise than the labels do how the ruling stands to them."
        [Settle "D"]
    Follow "follow" Edit "follows"
        "Follows": "Names a ruling that this one rests on, or no longer names it."
        [Settle "f"]
    Distinguish "distinguish" Edit "distinguishes"
        "Distinguishes": "Names a ruling that looks alike and does not bind here, or no longer names it."
        [Settle "x"]
    Overrule "overrule" Edit "overrules"
        "Overrules": "Names a ruling that no longer binds, or no longer names it."
        [Settle "O"]
    NoGold "no-gold" Edit "no gold"
        "No gold: a legitimate split": "Rules that fair readers differ: the case has no gold label, and who said what is kept."
        [Settle "g"]
    PutOff "put-off" Edit "put off"
        "Put off": "Leaves the case for later, with a reason; in a spot check takes it out of the batch."
        [Settle "d"]
    Skip "skip" Move "skip"
        "Skip": "Goes on to the next case; this one comes back at the end."
        [Settle "s", Label "s"]
    StillStands "still-stands" Edit "still stands"
        "The ruling still stands": "Gives a stale ruling again as it is, on the texts that it rests on as they are now."
        [Settle "A"]
    SeeVerdict "see-verdict" View "verdict"
        "See the verdict": "Shows what the policy says before you do; that it was seen is recorded."
        [Settle "v", Label "v"]
    CloseGap "close-gap" Edit "gap"
        "Close a gap": "Opens the clause or category that does not answer the case, and afterwards brings back the cases that the edit touches."
        [Settle "G"]
    UndoRuling "undo-ruling" Edit "undo"
        "Undo the ruling": "Takes the last ruling of this sitting back."
        [Settle "u"]
    Unanimous "unanimous" Edit "unanimous"
        "Settle what is unanimous": "Gives one ruling each to the cases on which everybody agrees, after a sample of them was looked at."
        [Settle "B"]
    ByReason "by-reason" View "reason"
        "By reason": "Lists only the cases that wait for one reason."
        [Settle "r"]
    NewRound "new-round" Edit "new"
        "New round": "Opens a form for a round of labeling: who labels which cases, how blind, and until when."
        [Rounds "n"]
    OpenRound "open-round" Edit "open it"
        "Open the round": "Draws the cases as the form says, and gives them to the labelers."
        [Rounds "O"]
    CloseRound "close-round" Edit "close"
        "Close the round": "Closes the round, after asking, and reveals the labels that were sealed on this machine."
        [Rounds "C"]
    RoundReport "round-report" View "report"
        "Report": "Shows what the round found, or again how it stands."
        [Rounds "v"]
    LabelRound "label-round" Edit "label"
        "Label in the round": "Goes to labeling, with the cases of this round that are yours."
        [Rounds "l"]
    Down "down" Move ""
        "Down": "Goes to the next row."
        [List "j", List "down", Tree "j", Tree "down", Form "j", Form "down", Text "j", Text "down",
         Popup "down", Popup "ctrl-n", Grid "j", Grid "down"]
    Up "up" Move ""
        "Up": "Goes to the row above."
        [List "k", List "up", Tree "k", Tree "up", Form "k", Form "up", Text "k", Text "up",
         Popup "up", Popup "ctrl-b", Grid "k", Grid "up"]
    PageDown "page-down" Move ""
        "Page down": "Goes down by what fits on the screen."
        [List "pagedown", List "ctrl-d", Tree "pagedown", Tree "ctrl-d", Form "pagedown", Form "ctrl-d",
         Text "pagedown", Text "ctrl-d", Text "space", Editor "pagedown", Popup "pagedown", Grid "pagedown", Grid "ctrl-d"]
    PageUp "page-up" Move ""
        "Page up": "Goes up by what fits on the screen."
        [List "pageup", List "ctrl-u", Tree "pageup", Tree "ctrl-u", Form "pageup", Form "ctrl-u",
         Text "pageup", Text "ctrl-u", Editor "pageup", Popup "pageup", Grid "pageup", Grid "ctrl-u"]
    First "first" Move ""
        "First": "Goes to the first row."
        [List "home", List "g", Tree "home", Tree "g", Form "home", Form "g", Text "home", Text "g", Grid "home", Grid "g"]
    Last "last" Move ""
        "Last": "Goes to the last row."
        [List "end", List "G", Tree "end", Tree "G", Form "end", Form "G", Text "end", Text "G", Grid "end", Grid "G"]
    Expand "expand" Move ""
        "Expand": "Shows what is below the node, or goes into it."
        [Tree "right", Tree "l"]
    Collapse "collapse" Move ""
        "Collapse": "Hides what is below the node, or goes to the one above it."
        [Tree "left", Tree "h"]
    Toggle "toggle" Move "fold"
        "Fold": "Shows or hides what is below the node."
        [Tree "space", Grid "space"]
    ExpandAll "expand-all" Move ""
        "Expand all": "Shows the whole tree."
        [Tree "*", Grid "*"]
    CollapseAll "collapse-all" Move ""
        "Collapse all": "Shows only the topmost nodes."
        [Tree "-", Grid "-"]
    Left "left" Move ""
        "Left": "Goes to the cell on the left."
        [Grid "left", Grid "h"]
    Right "right" Move ""
        "Right": "Goes to the cell on the right."
        [Grid "right", Grid "l"]
    Grid "grid" View "grid"
        "Grid": "Shows or hides what is decided as a grid: categories down, severity and a facet across."
        [Spec "#", Review "#"]
    Facet "facet" View "facet"
        "Facet": "Puts the next facet across the grid."
        [Grid "f"]
    NextPane "next-pane" Move "pane"
        "Next pane": "Gives the focus to the next pane."
        [Global "tab"]
    PreviousPane "previous-pane" Move ""
        "Previous pane": "Gives the focus to the pane before."
        [Global "shift-tab"]
    Raw "raw" View "raw"
        "Raw or form": "Changes between the form and the raw YAML of the document."
        [Taxonomy "r", Spec "r", Editor "f2"]
    Effect "effect" View "effect"
        "Effect": "Shows or hides what the edit does to the gold sets."
        [Taxonomy "v", Spec "v"]
    NextFlip "next-flip" Versions ""
        "Next flip": "Goes to the next case whose verdict differs."
        [Global "."]
    PreviousFlip "previous-flip" Versions ""
        "Previous flip": "Goes to the case before whose verdict differs."
        [Global ","]
    Base "base" Versions ""
        "Choose the base": "Chooses the version that is compared against."
        [Global "b"]
    Head "head" Versions "versions"
        "Choose the head": "Chooses the version that is looked at."
        [Review "H", Replay "H"]
    Reading "reading" View "reading"
        "Next reading": "Shows the difference as text, as structure, as decisions or as outcomes."
        [Review "o"]
    Meant "meant" Versions "meant"
        "Meant": "Marks what changed as meant, or no longer: the next commit declares it, the rest is collateral."
        [Review "m"]
    Time "time" Versions ""
        "Over time": "Shows which versions changed the verdict of the case, what the clause decides or what is decided in the cell, and opens one."
        [Global "T"]
    NextPart "part" View "part"
        "Next part": "Goes on to the next part of the screen: labeling, settling and what else it names."
        [Adjudicate "o"]
    NextFigures "figures" View "figures"
        "Next figures": "Goes on through measures, grid, pairs, what two confuse, splits, what these touch, and drift."
        [Agreement "v"]
    PreviousFigures "previous-figures" View ""
        "Previous figures": "Goes back through what is shown of the agreement."
        [Agreement "V"]
    AddCase "add-case" Edit "add the case"
        "Add the case": "Says what the case must be, asks for its text, and adds it to a gold set: at the end of its one file, or as a new file beside its others."
        [Quality "a"]
    UndoAdding "undo-adding" Edit "undo"
        "Take the case back": "Takes the case that was added last out of its file again, as long as nobody changed the file or labeled the case."
        [Quality "u"]
    LookAgain "look-again" View "look again"
        "Look again": "Looks anew at the policy and the cases as they are now."
        [Quality "r"]
    NextQuality "gold-sets" View "gold sets"
        "How good the gold sets are": "Shows what the cases show of the policy, then which edits nobody would notice, then which cases to write next."
        [Replay "v", Quality "v"]
    PreviousQuality "gold-sets-back" View ""
        "How good the gold sets are, backwards": "Goes back through what is said of the gold sets."
        [Quality "V"]
    Which "which" View "which cases"
        "Which cases": "Lists the flips, or the cases that disagree, are undetermined, or all of them."
        [Replay "o"]
    Decider "decider" Move "clause"
        "Go to the clause": "Goes to the clause that decides the case; where the default does now, to the one that decided it before."
        [Replay "C"]
    Uncover "uncover" View "uncover"
        "Uncover": "Shows a sensitive case, or pictures, sound and film, or covers them again."
        [Replay "x", Settle "X", Label "x"]
    Undo "undo" Edit "undo"
        "Undo": "Takes the last change back."
        [Global "u", Global "ctrl-z"]
    Redo "redo" Edit ""
        "Redo": "Makes the change again that was taken back."
        [Global "U", Global "ctrl-y"]
    Commit "commit" Versions "commit"
        "Commit": "Checks, replays and commits what was changed."
        [Global "c"]
    Save "save" App "save"
        "Save": "Writes the open document to its file."
        [Global "ctrl-s"]
    SaveAll "save-all" App ""
        "Save all": "Writes every changed document to its file."
        [Global "S"]
    ExternalEditor "editor" Edit ""
        "Open in your editor": "Opens the document in the program that $EDITOR names."
        [Global "e", Editor "ctrl-e", Form "ctrl-e", Settle "ctrl-e"]
    CopyId "copy-id" App ""
        "Copy the id": "Puts the id of what is selected on the clipboard."
        [Global "y"]
    Refresh "refresh" App ""
        "Refresh": "Reads everything from disk again."
        [Global "f5", Global "ctrl-l"]
    Taxonomy "taxonomy" Move ""
        "Taxonomy": "Goes to the screen of the harm categories."
        [Global "1"]
    Spec "spec" Move ""
        "Spec": "Goes to the screen of the clauses."
        [Global "2"]
    Replay "replay" Move ""
        "Replay": "Goes to the screen of measures and flips."
        [Global "3"]
    Adjudicate "adjudicate" Move ""
        "Adjudicate": "Goes to the screen of the cases that need a ruling."
        [Global "4"]
    Review "review" Move ""
        "Review": "Goes to the screen of what changed between two versions."
        [Global "5"]
    Manifest "manifest" Move ""
        "Manifest": "Goes to the text of `casebook.yaml`: behaviors, severities, facets, gates."
        [Global "0"]
    Precedents "precedents" View ""
        "Precedents": "Finds rulings by the words of their holdings, and opens one with all it is joined to."
        [Global "P"]
    Problems "problems" View "problems"
        "Problems": "Lists what is wrong with the policy repo, and goes there or shows ways out."
        [Global "p"]
    Theme "theme" View ""
        "Theme": "Changes the colours; `:theme NAME` chooses one."
        [Global "t"]
    CommandLine "command-line" App ""
        "Command line": "Runs a command by its name."
        [Global ":"]
    Back "back" App "back"
        "Back": "Leaves what was opened last."
        [Global "esc", Popup "esc", Editor "esc", Input "esc"]
    Filter "filter" View "filter"
        "Filter": "Shows only the rows that hold what is typed."
        [List "/", Tree "/"]
    SearchText "search" Move "search"
        "Search": "Finds the next place in the text."
        [Editor "ctrl-f"]
    Find "find" Move "find"
        "Find anything": "Finds clauses, categories, cases and commands by a few of their letters."
        [Global "ctrl-p"]
    Quit "quit" App ""
        "Quit": "Leaves casebook, after asking where something is unsaved."
        [Global "q", Global "ctrl-q"]
    Help "help" App "keys"
        "Keys": "Shows every key of this place."
        [Global "?", Global "f1"]
}
