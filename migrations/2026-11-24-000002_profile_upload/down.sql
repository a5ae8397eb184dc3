drop index user_profile_image;
drop table profile_upload;
