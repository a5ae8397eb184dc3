//! The words and presets that the admin page offers for storage templates.

use serde::Serialize;

/// `SystemConfigTemplateStorageOptionDto` of the contract.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the contract's names")]
pub(super) struct StorageTemplateOptions {
    second_options: [&'static str; 3],
    minute_options: [&'static str; 2],
    day_options: [&'static str; 2],
    week_options: [&'static str; 2],
    hour_options: [&'static str; 4],
    year_options: [&'static str; 2],
    month_options: [&'static str; 4],
    pub(super) preset_options: [&'static str; 21],
}

/// What the page offers.
pub(super) const OPTIONS: StorageTemplateOptions = StorageTemplateOptions {
    second_options: ["s", "ss", "SSS"],
    minute_options: ["m", "mm"],
    day_options: ["d", "dd"],
    week_options: ["W", "WW"],
    hour_options: ["h", "hh", "H", "HH"],
    year_options: ["y", "yy"],
    month_options: ["M", "MM", "MMM", "MMMM"],
    preset_options: [
        "{{y}}/{{y}}-{{MM}}-{{dd}}/{{filename}}",
        "{{y}}/{{MM}}-{{dd}}/{{filename}}",
        "{{y}}/{{MMMM}}-{{dd}}/{{filename}}",
        "{{y}}/{{MM}}/{{filename}}",
        "{{y}}/{{#if album}}{{album}}{{else}}Other/{{MM}}{{/if}}/{{filename}}",
        "{{#if album}}{{album-startDate-y}}/{{album}}{{else}}{{y}}/Other/{{MM}}{{/if}}/{{filename}}",
        "{{y}}/{{MMM}}/{{filename}}",
        "{{y}}/{{MMMM}}/{{filename}}",
        "{{y}}/{{MM}}/{{dd}}/{{filename}}",
        "{{y}}/{{MMMM}}/{{dd}}/{{filename}}",
        "{{y}}/{{y}}-{{MM}}/{{y}}-{{MM}}-{{dd}}/{{filename}}",
        "{{y}}-{{MM}}-{{dd}}/{{filename}}",
        "{{y}}-{{MMM}}-{{dd}}/{{filename}}",
        "{{y}}-{{MMMM}}-{{dd}}/{{filename}}",
        "{{y}}/{{y}}-{{MM}}/{{filename}}",
        "{{y}}/{{y}}-{{WW}}/{{filename}}",
        "{{y}}/{{y}}-{{MM}}-{{dd}}/{{assetId}}",
        "{{y}}/{{y}}-{{MM}}/{{assetId}}",
        "{{y}}/{{y}}-{{WW}}/{{assetId}}",
        "{{album}}/{{filename}}",
        "{{make}}/{{model}}/{{lensModel}}/{{filename}}",
    ],
};

/// Whether a word stands for a part of a date.
pub(super) fn is_date_word(word: &str) -> bool {
    let options = &OPTIONS;
    options.second_options.contains(&word)
        || options.minute_options.contains(&word)
        || options.day_options.contains(&word)
        || options.week_options.contains(&word)
        || options.hour_options.contains(&word)
        || options.year_options.contains(&word)
        || options.month_options.contains(&word)
}
