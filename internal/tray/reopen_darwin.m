//go:build cgo && !nogui

#import <Cocoa/Cocoa.h>

extern void dormerReopened(void); // reopen_darwin.go

// DormerReopen hears that a running Dormer is opened again. The event is taken where
// it comes in, so that systray's delegate stays as it is.
@interface DormerReopen : NSObject
@end

@implementation DormerReopen
- (void)reopen:(NSAppleEventDescriptor *)event with:(NSAppleEventDescriptor *)reply {
	dormerReopened();
}
@end

static DormerReopen *heard; // nobody else keeps it

void dormerHearReopen(void) {
	dispatch_async(dispatch_get_main_queue(), ^{
		heard = [[DormerReopen alloc] init];
		[[NSAppleEventManager sharedAppleEventManager] setEventHandler:heard
														   andSelector:@selector(reopen:with:)
														 forEventClass:kCoreEventClass
															andEventID:kAEReopenApplication];
	});
}
