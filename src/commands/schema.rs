//! `schema`: prints the GraphQL schema, checks a file against it, or writes the reference of the API.

use std::path::Path;

use anyhow::{Context, bail};

use crate::config::Schema;
use crate::graphql::{self, Root};
use crate::reference;

/// Runs the command.
pub fn run(options: &Schema) -> anyhow::Result<()> {
    let root = if options.federation { Root::Subgraph } else { Root::Plain };
    match (&options.check, &options.reference) {
        (Some(file), _) => check(root, file)?,
        (None, Some(folder)) => write_reference(folder)?,
        (None, None) => print!("{}", graphql::sdl(root)),
    }
    Ok(())
}

fn write_reference(folder: &Path) -> anyhow::Result<()> {
    let cannot_write = || format!("cannot write to {}", folder.display());
    std::fs::create_dir_all(folder).with_context(cannot_write)?;
    for (name, text) in reference::pages(&graphql::sdl(Root::Plain))? {
        std::fs::write(folder.join(name), text).with_context(cannot_write)?;
    }
    Ok(())
}

fn check(root: Root, file: &Path) -> anyhow::Result<()> {
    let name = file.display();
    let committed = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    let own = graphql::sdl(root);
    if committed != own {
        let same = committed.lines().zip(own.lines()).take_while(|(a, b)| a == b).count();
        let line = |text: &str| text.lines().nth(same).unwrap_or_default().trim().to_owned();
        let (theirs, ours) = (line(&committed), line(&own));
        let difference = if theirs == ours {
            "they differ in white space or line ends".to_owned()
        } else {
            format!("line {} is `{theirs}`, and the program's is `{ours}`", same + 1)
        };
        bail!(
            "{name} is not this program's schema: {difference}; to update it, run \
             `claimspan schema{} > {name}`",
            if root == Root::Subgraph { " --federation" } else { "" }
        );
    }
    println!("{name} is this program's schema");
    Ok(())
}
