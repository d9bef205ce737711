//go:build cgo

#import <Foundation/Foundation.h>
#import <UserNotifications/UserNotifications.h>
#include "center_darwin.h"

// Of Go, center_click_darwin.go. The texts are its own to free.
extern void dormerNoticeClicked(char *key, char *action);

static const int64_t seconds = 1500 * NSEC_PER_MSEC; // within which the center is to answer
static char *const silent = "the notification center does not answer";

static NSString *text(const char *s) {
	NSString *t = [NSString stringWithUTF8String:s];
	return t ?: @"";
}

int dormerCenterHere(void) {
	@autoreleasepool {
		NSBundle *main = [NSBundle mainBundle];
		return main.bundleIdentifier != nil && [main.bundlePath hasSuffix:@".app"];
	}
}

// DormerClicks hears which button of which notice was pressed.
@interface DormerClicks : NSObject <UNUserNotificationCenterDelegate>
@end

@implementation DormerClicks
- (void)userNotificationCenter:(UNUserNotificationCenter *)center
	   willPresentNotification:(UNNotification *)notification
		 withCompletionHandler:(void (^)(UNNotificationPresentationOptions))done {
	done(UNNotificationPresentationOptionBanner | UNNotificationPresentationOptionList | UNNotificationPresentationOptionSound);
}

- (void)userNotificationCenter:(UNUserNotificationCenter *)center
	didReceiveNotificationResponse:(UNNotificationResponse *)response
			 withCompletionHandler:(void (^)(void))done {
	NSString *action = response.actionIdentifier;
	if ([action isEqualToString:UNNotificationDefaultActionIdentifier]) {
		action = @"default"; // DefaultAction
	}
	if (![action isEqualToString:UNNotificationDismissActionIdentifier]) {
		dormerNoticeClicked(strdup(response.notification.request.identifier.UTF8String), strdup(action.UTF8String));
	}
	done();
}
@end

static DormerClicks *clicks;                                                  // the center does not keep it
static NSMutableDictionary<NSString *, UNNotificationCategory *> *categories; // sets of buttons, by their names

void dormerCenterListen(void) {
	@autoreleasepool {
		clicks = [[DormerClicks alloc] init];
		categories = [[NSMutableDictionary alloc] init];
		[UNUserNotificationCenter currentNotificationCenter].delegate = clicks;
	}
}

// answered waits for what the center says on a queue of its own.
static int answered(dispatch_semaphore_t said) {
	return dispatch_semaphore_wait(said, dispatch_time(DISPATCH_TIME_NOW, seconds)) == 0;
}

char *dormerCenterMayShow(void) {
	@autoreleasepool {
		UNUserNotificationCenter *center = [UNUserNotificationCenter currentNotificationCenter];
		dispatch_semaphore_t said = dispatch_semaphore_create(0);
		__block UNAuthorizationStatus status = UNAuthorizationStatusNotDetermined;
		[center getNotificationSettingsWithCompletionHandler:^(UNNotificationSettings *settings) {
			status = settings.authorizationStatus;
			dispatch_semaphore_signal(said);
		}];
		if (!answered(said)) {
			return strdup(silent);
		}
		if (status == UNAuthorizationStatusDenied) {
			return strdup("");
		}
		if (status != UNAuthorizationStatusNotDetermined) {
			return NULL;
		}
		// Until a person has answered, nothing is shown; the notice is tried again.
		dispatch_semaphore_t asked = dispatch_semaphore_create(0);
		__block char *wrong = NULL;
		[center requestAuthorizationWithOptions:UNAuthorizationOptionAlert | UNAuthorizationOptionSound
							  completionHandler:^(BOOL granted, NSError *error) {
			if (error != nil) {
				wrong = strdup(error.localizedDescription.UTF8String);
			} else if (!granted) {
				wrong = strdup("");
			}
			dispatch_semaphore_signal(asked);
		}];
		return answered(asked) ? wrong : strdup("nobody has said yet whether Dormer may show notifications");
	}
}

char *dormerCenterShow(const char *key, const char *title, const char *body, int sound, int urgent,
	const char **actions, const char **labels, int buttons, const char **instead, int obsolete) {
	@autoreleasepool {
		@try {
			UNUserNotificationCenter *center = [UNUserNotificationCenter currentNotificationCenter];
			UNMutableNotificationContent *content = [[[UNMutableNotificationContent alloc] init] autorelease];
			content.title = text(title);
			content.body = text(body);
			content.sound = sound ? [UNNotificationSound defaultSound] : nil;
			if (@available(macOS 12.0, *)) {
				content.interruptionLevel = urgent ? UNNotificationInterruptionLevelTimeSensitive : UNNotificationInterruptionLevelActive;
			}

			NSMutableArray<UNNotificationAction *> *offered = [NSMutableArray array];
			NSMutableString *name = [NSMutableString stringWithString:@"dormer"];
			for (int i = 0; i < buttons; i++) {
				[offered addObject:[UNNotificationAction actionWithIdentifier:text(actions[i]) title:text(labels[i]) options:UNNotificationActionOptionNone]];
				[name appendFormat:@"/%s=%s", actions[i], labels[i]];
			}
			@synchronized(categories) {
				if (categories[name] == nil) {
					categories[name] = [UNNotificationCategory categoryWithIdentifier:name
																			  actions:offered
																	intentIdentifiers:@[]
																			  options:UNNotificationCategoryOptionNone];
					[center setNotificationCategories:[NSSet setWithArray:categories.allValues]];
				}
			}
			content.categoryIdentifier = name;

			NSMutableArray<NSString *> *gone = [NSMutableArray array];
			for (int i = 0; i < obsolete; i++) {
				[gone addObject:text(instead[i])];
			}
			[center removeDeliveredNotificationsWithIdentifiers:gone];

			NSString *identifier = *key ? text(key) : [NSUUID UUID].UUIDString;
			dispatch_semaphore_t said = dispatch_semaphore_create(0);
			__block char *wrong = NULL;
			[center addNotificationRequest:[UNNotificationRequest requestWithIdentifier:identifier content:content trigger:nil]
					 withCompletionHandler:^(NSError *error) {
				if (error != nil) {
					wrong = strdup(error.localizedDescription.UTF8String);
				}
				dispatch_semaphore_signal(said);
			}];
			return answered(said) ? wrong : strdup(silent);
		} @catch (NSException *e) {
			return strdup(e.reason ? e.reason.UTF8String : "an exception");
		}
	}
}
