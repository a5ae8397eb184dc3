//! Whose fault an error of a pipeline is.

use gstreamer::glib;
use gstreamer::message::Error as ErrorMessage;
use gstreamer::prelude::*;
use gstreamer::{CoreError, ResourceError, StreamError};

use super::order::{Failure, Fault};

/// Sorts the first error that a pipeline reports; those that follow are its echoes.
pub(super) fn of(message: &ErrorMessage) -> Failure {
    let error = message.error();
    let source = message.src().map(element_name).unwrap_or_default();
    let detail = message
        .debug()
        .map(|debug| last_line(&debug).to_owned())
        .unwrap_or_default();
    let text = if detail.is_empty() {
        format!("{source}: {error}")
    } else {
        format!("{source}: {error} ({detail})")
    };
    let fault = fault(&error);
    Failure::new(fault, for_people(fault, &source)).with_words(text)
}

/// What an error comes to, in a sentence.
fn for_people(fault: Fault, element: &str) -> String {
    match fault {
        Fault::File | Fault::Taking => {
            format!("the film is damaged, or in a form that this server cannot read ({element})")
        }
        Fault::Missing => format!("this machine lacks what the film needs ({element})"),
        Fault::Original => "the original cannot be read".to_owned(),
        Fault::Store => "the result cannot be written".to_owned(),
        Fault::Element => format!("the film could not be made playable: {element} failed at it"),
    }
}

fn fault(error: &glib::Error) -> Fault {
    if let Some(kind) = error.kind::<StreamError>() {
        return match kind {
            StreamError::TypeNotFound
            | StreamError::WrongType
            | StreamError::CodecNotFound
            | StreamError::Decode
            | StreamError::Demux
            | StreamError::Format
            | StreamError::Decrypt
            | StreamError::DecryptNokey => Fault::File,
            _ => Fault::Element,
        };
    }
    if let Some(kind) = error.kind::<ResourceError>() {
        return match kind {
            ResourceError::NotFound | ResourceError::OpenRead | ResourceError::Read => Fault::Original,
            ResourceError::Write | ResourceError::OpenWrite | ResourceError::NoSpaceLeft | ResourceError::Sync => {
                Fault::Store
            }
            _ => Fault::Element,
        };
    }
    match error.kind::<CoreError>() {
        Some(CoreError::MissingPlugin) => Fault::File,
        _ => Fault::Element,
    }
}

/// The name of the kind of element, not that of the one: `qtdemux`, not `qtdemux0`.
fn element_name(source: &gstreamer::Object) -> String {
    let factory = source
        .downcast_ref::<gstreamer::Element>()
        .and_then(ElementExt::factory)
        .map(|factory| factory.name().to_string());
    factory.unwrap_or_else(|| source.name().to_string())
}

/// What an element adds for developers ends with the one line that people can use.
fn last_line(debug: &str) -> &str {
    let line = debug.lines().rev().map(str::trim).find(|line| !line.is_empty());
    line.filter(|line| !line.contains(".c(") && !line.contains("/GstPipeline"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_sorted() {
        let of = |error: glib::Error| fault(&error);
        assert_eq!(of(glib::Error::new(StreamError::Demux, "x")), Fault::File);
        assert_eq!(of(glib::Error::new(StreamError::TypeNotFound, "x")), Fault::File);
        assert_eq!(of(glib::Error::new(CoreError::MissingPlugin, "x")), Fault::File);
        assert_eq!(of(glib::Error::new(ResourceError::NotFound, "x")), Fault::Original);
        assert_eq!(of(glib::Error::new(ResourceError::NoSpaceLeft, "x")), Fault::Store);
        assert_eq!(of(glib::Error::new(StreamError::Encode, "x")), Fault::Element);
        assert_eq!(of(glib::Error::new(StreamError::Failed, "x")), Fault::Element);
    }

    #[test]
    fn only_lines_for_people_are_kept() {
        assert_eq!(
            last_line("../gst/qtdemux.c(694): f ():\nno moov found\n"),
            "no moov found"
        );
        assert_eq!(last_line("../gst/qtdemux.c(694): f (): /GstPipeline:p"), "");
    }
}
