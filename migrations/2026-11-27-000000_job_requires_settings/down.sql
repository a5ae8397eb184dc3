alter table job drop column requires_settings;
