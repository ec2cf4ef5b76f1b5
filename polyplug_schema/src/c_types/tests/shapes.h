/* point */
typedef struct DemoShapesPoint {
    float x;
    float y;
} DemoShapesPoint;

/* list<point> */
typedef struct DemoShapesListPoint {
    const DemoShapesPoint *items;
    size_t len;
} DemoShapesListPoint;

/* shape */
typedef struct DemoShapesShape {
    uint8_t tag;
    union {
        float circle;
        DemoShapesListPoint path;
    } value;
} DemoShapesShape;
enum {
    DEMO_SHAPES_SHAPE_DOT = 0,
    DEMO_SHAPES_SHAPE_CIRCLE = 1,
    DEMO_SHAPES_SHAPE_PATH = 2
};

/* color */
typedef uint8_t DemoShapesColor;
enum {
    DEMO_SHAPES_COLOR_RED = 0,
    DEMO_SHAPES_COLOR_LIGHT_GREEN = 1
};

/* access */
typedef uint8_t DemoShapesAccess;
#define DEMO_SHAPES_ACCESS_READ 0x1u
#define DEMO_SHAPES_ACCESS_WRITE 0x2u

/* option<color> */
typedef struct DemoShapesOptionColor {
    bool is_some;
    DemoShapesColor value;
} DemoShapesOptionColor;

/* the arguments of draw */
typedef struct DemoShapesDrawArguments {
    DemoShapesShape shape;
    DemoShapesOptionColor color;
    DemoShapesAccess access;
} DemoShapesDrawArguments;

/* result<u32, string> */
typedef struct DemoShapesResultU32String {
    bool is_err;
    union {
        uint32_t ok;
        PolyplugStringView err;
    } value;
} DemoShapesResultU32String;
