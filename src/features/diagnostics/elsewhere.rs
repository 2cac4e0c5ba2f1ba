//! Open questions whose answer may stand in another section: the finding about them says where.

use crate::config::Elsewhere;
use crate::features::diagnostics::{Compared, Finding, Related, Telling, questions};
use crate::note::Note;
use crate::vault::elsewhere::{Candidate, trail};

/// The telling; it only tells more of what another check finds.
pub static TELLING: Telling = Telling { codes: &[], run };

fn run(compared: &Compared<'_>, findings: &mut Vec<Finding>) {
    let Compared { vault, note, comparison, config } = compared;
    if config.questions.elsewhere != Elsewhere::Diagnostic {
        return;
    }
    for elsewhere in &comparison.elsewhere {
        let likely: Vec<(&Candidate, &Note)> = elsewhere
            .candidates
            .iter()
            .filter(|candidate| candidate.likely)
            .filter_map(|candidate| Some((candidate, &**vault.note(&candidate.path)?)))
            .collect();
        let Some((best, target)) = likely.first() else { continue };
        let place = match target.path == note.path {
            true => trail(target, best.section),
            false => {
                format!(
                    "{} › {}",
                    target.path.relative_from(&note.path.folder()),
                    trail(target, best.section)
                )
            }
        };
        let line = target.text.line_of(best.range.start()) + 1;
        let related = likely.iter().map(|(candidate, target)| Related {
            path: candidate.path.clone(),
            range: candidate.range,
            message: format!("{} ({})", trail(target, candidate.section), candidate.words.join(", ")),
        });
        findings.push(Finding {
            related: related.collect(),
            data: vec![("title", elsewhere.title.to_string())],
            ..Finding::new(
                questions::UNANSWERED,
                elsewhere.question,
                format!("no answer yet; possibly answered in {place}, line {line}"),
            )
        });
    }
}
